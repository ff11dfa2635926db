//! The words of this slice.
use crate::words;

words! {
    pub struct Words {
        title => "今日看板", "Today's board";
    }
}
