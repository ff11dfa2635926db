//! The words of this slice.
use crate::words;
use crate::words::plural;

words! {
    pub struct Words {
        search => "搜索网格", "Search grids";
        search_hint => "网格、镇街或网格长", "Grid, town or lead";
        close => "关闭", "Close";
        none => "没有这个网格", "No such grid";
        none_why => "换几个字试试，或请管理员新建。", "Try other words, or ask an administrator to create it.";
        no_grids => "还没有网格", "No grids yet";
        more(n: usize) => "还有 {n} 个，输入几个字缩小范围", "{n} more; type to narrow them down";
        chosen => "当前", "Current";
        customers(n: u32) => "{n} 个客户", { plural(u64::from(n), "customer", "customers") };

        move_on => "转到其他网格", "Move to another grid";
        moved(grid: &str) => "已转到 {grid}", "Moved to {grid}";
        move_all => "整格转出", "Move the whole grid";
        move_all_ask(from: &str, to: &str) => "把{from}的客户全部转到{to}？", "Move all customers of {from} to {to}?";
        move_all_text => "服务器会分批转过去，随时可以停下，也可以整批转回。", "The server moves them in steps; you can stop it at any time, or take all of it back.";
        move_all_so_many(n: u32) => "{n} 户，服务器会分批转过去，随时可以停下，也可以整批转回。", { format!("{}; the server moves them in steps. You can stop it at any time, or take all of it back.", plural(u64::from(n), "customer", "customers")) };
        move_all_do => "全部转过去", "Move them all";
        cancel => "取消", "Cancel";
        begun => "已交给服务器", "The server is at it";
        going(to: &str, n: i64) => "正在转到{to}，已转 {n} 户", "Moving to {to}, {n} so far";
        coming(from: &str, n: i64) => "正在从{from}转来，已到 {n} 户", "Coming from {from}, {n} so far";
        gone(by: &str, n: i64, to: &str, when: &str) => "{by}把 {n} 户转到了{to} · {when}", "{by} moved {n} to {to} · {when}";
        come(by: &str, n: i64, from: &str, when: &str) => "{by}从{from}转来了 {n} 户 · {when}", "{by} moved {n} here from {from} · {when}";
        failed(by: &str, n: i64) => "{by}已没有权限，转了 {n} 户后停下", "{by} has no right any more; stopped after {n}";
        stop => "停下", "Stop";
        stopping => "已停下", "Stopped";
        take_back => "整批转回", "Take it back";
        going_back => "正在转回", "Going back";
        back_again => "已转回原来的网格", "Moved back";
    }
}
