//! The words of this slice.
use crate::words;

words! {
    pub struct Words {
        people => "人员", "People";
        grids => "网格", "Grids";
        devices => "设备", "Devices";
    }
}
