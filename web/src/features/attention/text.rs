//! The words of this slice.
use crate::words;

words! {
    pub struct Words {
        title => "待处理", "Attention";
    }
}
