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
        back_again => "已转回原来的网格", "Moved back";
    }
}
