//! The words of what waits for a decision.
use crate::words;
use crate::words::plural;

words! {
    pub struct Words {
        title => "等你决定", "To decide";
        items(n: usize) => "{n} 项", { plural(n as u64, "item", "items") };
        empty => "没有要你决定的", "Nothing to decide";
        empty_why => "没有权限时写的改动、停用设备发来的内容，会在这里等你。", "Changes written without the right, and what a revoked device sent, wait here.";
        local => "连不上服务器，这里只有本机已有的。", "The server is out of reach; this is what is held here.";

        adds(kind: &str) => "新增{kind}", "adds: {kind}";
        edits(kind: &str) => "改动{kind}", "changes: {kind}";
        several(kind: &str, n: usize) => "{kind}等 {n} 处改动", "{kind} and more, {n} changes";
        unread => "读不懂的内容", "something unreadable";
        customer => "客户", "customer";
        contact => "联系人", "contact";
        visit => "走访", "visit";
        need => "需求", "need";
        follow_up => "跟进", "follow-up";
        note => "备注", "note";
        check => "签到记录", "check-in record";
        photo => "照片", "photo";
        record => "一条记录", "a record";
        a_change => "一处改动", "A change";

        no_grant(actor: &str, grid: &str) => "{actor}没有{grid}的权限。允许后这一项生效，权限不变。", "{actor} has no right on {grid}. Once allowed, this one change holds; rights stay as they are.";
        this_place => "这个范围", "this area";
        revoked => "来自已停用的设备或人员。", "From a device or person that was shut out.";
        unknown_record => "服务器没有它说的那条记录。那条记录一到就会自动生效。", "The server does not have the record that it is about. It holds by itself once that comes.";
        unknown_kind(size: usize) => "服务器版本较旧，读不懂这 {size} 字节。更新服务器后会自动处理。", "The server is older and cannot read these {size} bytes. It follows by itself after an update.";
        behind => "同一条记录的前一项还在等。", "An earlier change of the same record is waiting.";
        written(when: &str) => "写于 {when}", "written {when}";
        came(when: &str) => "送到 {when}", "arrived {when}";

        allow => "允许", "Allow";
        refuse => "不允许", "Refuse";
        allowed => "已允许", "Allowed";
        refused(actor: &str) => "已退回给{actor}", "Given back to {actor}";
        allowed_here => "已允许，等待同步", "Allowed; waiting to be sent";
        refused_here => "不允许，等待同步", "Refused; waiting to be sent";
        refuse_ask => "不允许这一项？", "Refuse this one?";
        refuse_text(actor: &str) => "它不会生效。{actor}会在待处理里看到，写的内容留在本人手机上。这个决定不能收回。", "It will not hold. {actor} finds it under Attention and keeps what was written. This cannot be taken back.";
        refuse_it => "不允许", "Refuse it";
        cancel => "取消", "Cancel";

        settled => "最近决定的", "Settled lately";
        was_allowed => "已允许", "allowed";
        was_refused => "没有允许", "refused";
        has_arrived => "条件已满足，自动生效", "held by itself";
    }
}
