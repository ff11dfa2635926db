//! The words of this slice.
use crate::words;

words! {
    pub struct Words {
        check_in => "签到", "Check in";
        visit => "走访", "Visit";
    }
}
