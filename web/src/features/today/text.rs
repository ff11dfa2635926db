//! The words of this slice.
use crate::words;

words! {
    pub struct Words {
        title => "今日", "Today";
    }
}
