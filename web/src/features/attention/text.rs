//! The words of what needs attention.
use crate::words;
use crate::words::plural;

words! {
    pub struct Words {
        title => "待处理", "Attention";
        items(n: usize) => "{n} 项", { plural(n as u64, "item", "items") };

        lost => "两个人改了同一项", "Two people changed the same thing";
        lost_text(label: &str, field: &str, other: &str, when: &str) => "{label} · {field}。{other}（{when}）也改了它，现在用的是{other}的。", "{label} · {field}. {other} changed it too ({when}), and theirs is in use.";
        lost_and_changed(label: &str, field: &str, other: &str, when: &str) => "{label} · {field}。{other}（{when}）也改了它，之后它又变了。", "{label} · {field}. {other} changed it too ({when}), and it has changed again since.";
        yielded => "这一项别人已经写了", "Somebody had written this already";
        yielded_text(label: &str, field: &str, other: &str) => "{label} · {field}。你的改动自动让给了{other}先写的。", "{label} · {field}. Yours gave way to what {other} wrote first.";
        refused_create(kind: &str) => "{kind}没有被接受", "{kind}: not accepted";
        refused_edit => "一处改动没有被接受", "A change was not accepted";
        refused_text(label: &str, why: &str) => "{label}：{why}你写的还在本机。", "{label}: {why} What you wrote is still on this phone.";
        waiting => "在服务器上等决定", "Waiting for a decision at the server";
        edited_behind => "你并入的客户又被改了", "A customer you merged was edited";
        edited_behind_text(label: &str, field: &str, other: &str, value: &str) => "你把「{label}」并入了别的客户，之后{other}把它的{field}写成「{value}」。这不会显示在合并后的客户上；有用就手工补上。", "You merged “{label}” into another customer; then {other} set its {field} to “{value}”. The merged customer doesn't show that; add it there if it is of use.";
        waiting_text(label: &str, why: &str) => "{label}：{why}内容已在服务器上，不会丢。", "{label}: {why} The server holds it; nothing is lost.";
        unknown_why => "原因不明。", "For an unknown reason.";

        mine(when: &str) => "你的 · {when}", "Yours · {when}";
        theirs(who: &str, when: &str) => "{who} · {when}", "{who} · {when}";
        someone => "对方", "the other";
        in_use => "现在用的", "in use";
        since => "之后", "Since";
        empty_value => "（空）", "(empty)";

        keep_mine => "保留我的", "Keep mine";
        keep_theirs => "保留对方的", "Keep theirs";
        keep_as_it_is => "保留现在的", "Leave it as it is";
        keep_both => "都保留为备注", "Keep both as a note";
        as_note => "存为备注", "Keep as a note";
        with_more(n: usize) => "另有 {n} 项建立在它上面，一起处理。", { format!("{} on it, and go with it.", plural(n as u64, "other change builds", "other changes build")) };
        once_more => "再试一次", "Try again";
        stands_already => "是已有的客户", "Already in the book";
        sent_again => "已再次提交", "Handed in again";
        correct => "去改", "Correct it";
        open => "打开客户", "Open the customer";
        seen => "知道了", "OK";

        kept_mine => "已改回你的", "Yours is back in use";
        kept_theirs => "已保留对方的", "Theirs stays";
        kept_as_it_is => "没有改动", "Left as it is";
        kept_both => "你的已存为备注", "Yours is kept as a note";
        was_seen => "已处理", "Settled";

        to_decide(n: usize) => "{n} 项等你决定", { format!("{} for you to decide", plural(n as u64, "change is", "changes are")) };
        to_decide_why => "没有权限时写的改动", "Changes written without the right";
        unsent(n: u32) => "{n} 项在本机等待发送", { format!("{} on this phone, waiting to be sent", plural(u64::from(n), "item", "items")) };
        unsent_since(when: &str) => "最早 {when} · 有信号就会自动发送", "Oldest {when} · sent by itself once there is a signal";

        settled => "最近处理的", "Settled lately";
        again => "重新处理", "Reopen";
        again_of(label: &str) => "重新处理：{label}", "Reopen: {label}";
        chose_mine => "保留了你的", "Kept yours";
        chose_theirs => "保留了对方的", "Kept theirs";
        chose_both => "你的存为备注", "Yours kept as a note";
        chose_again => "已再次提交", "Handed in again";
        waited => "等过决定", "Waited for a decision";
        let_through => "已允许", "Let through";
        not_let_through => "没有允许", "Not let through";
        chose_same => "并入了已有的客户", "Merged into one that stands";
        chose_seen => "已处理", "Settled";

        empty => "没有要处理的", "Nothing to attend to";
        empty_why => "两个人改了同一处、没有被接受的改动、太久没发出去的，会出现在这里。", "Conflicting changes, refused ones and what waits too long to be sent will be here.";

        kind_customer => "新客户", "New customer";
        kind_visit => "走访", "Visit";
        kind_need => "需求", "Need";
        kind_follow_up => "跟进", "Follow-up";
        kind_photo => "照片", "Photo";
        kind_note => "备注", "Note";
        kind_contact => "联系人", "Contact";
        kind_check => "签到记录", "Check-in record";
        kind_other => "一条记录", "A record";
    }
}
