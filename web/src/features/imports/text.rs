//! The words of this slice.
use crate::words;

words! {
    pub struct Words {
        imports => "导入记录", "Imports";
        import => "导入客户", "Import customers";
    }
}
