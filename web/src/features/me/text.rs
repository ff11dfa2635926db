//! The words of this slice.
use crate::words;

words! {
    pub struct Words {
        me => "我的", "Me";
        sync => "同步", "Sync";
        privacy => "隐私", "Privacy";
        settings => "设置", "Settings";
    }
}
