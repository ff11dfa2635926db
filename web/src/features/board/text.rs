//! The words of this slice.
use crate::words;
use crate::words::plural;

words! {
    pub struct Words {
        title => "今日看板", "Today's board";
        grids_in_all(n: u32) => "全部 {n} 个网格", { plural(u64::from(n), "grid in all", "grids in all") };
        as_of(clock: &str) => "数据截至 {clock}", "as of {clock}";
        local => "连不上服务器，只含本机持有的网格。", "The server cannot be reached: only the grids held on this device.";

        visits => "走访", "Visits";
        inside => "在范围内", "In range";
        needs => "新需求", "New needs";
        overdue => "逾期承诺", "Overdue promises";
        grids => "网格", "Grids";
        numbers => "今天的数字", "Today's numbers";
        of_grids(all: u32) => "共 {all}", "of {all}";

        search => "搜索网格", "Search grids";
        search_hint => "网格或网格长", "Grid or lead";
        grid => "网格", "Grid";
        lead => "负责人", "Lead";
        visits_of_planned => "走访 / 计划", "Visits / planned";
        needs_short => "需求", "Needs";
        overdue_short => "逾期", "Overdue";
        last => "最近走访", "Last visit";
        no_grid => "未分网格", "Without a grid";
        people_out(n: u32) => "{n} 人在走访", { plural(u64::from(n), "person out", "people out") };
        visited_of(visits: u32, planned: u32) => "{visits} / {planned}", "{visits} / {planned}";
        none_found => "没有符合的网格", "No grid fits";
        none_found_why => "换几个字，或清除搜索。", "Try other words, or clear the search.";
        quiet => "今天还没有走访", "No visits yet today";
        quiet_why => "有人签到后，数字和动态会出现在这里。", "Numbers and news appear here after the first check-in.";

        people => "人员", "People";
        person => "姓名", "Name";
        all_people(n: usize) => "显示全部 {n} 人", "Show all {n}";

        feed => "刚刚发生", "Just now";
        feed_empty => "今天还没有动静。", "Nothing has happened yet today.";
        arrived(by: &str, at: &str) => "{by} 在 {at} 签到", "{by} checked in at {at}";
        left(by: &str, at: &str) => "{by} 在 {at} 签退", "{by} checked out at {at}";
        someone => "有人", "Someone";
        dwelt(span: &str) => "停留 {span}", "stayed {span}";

        customers => "客户", "Customers";
        find_customer => "在这个网格里搜索客户", "Search this grid's customers";
        find_hint => "名称、拼音首字母、电话", "Name, initials, phone";
        fetching => "正在取这个网格的客户…", "Fetching this grid's customers…";
        fetching_why => "第一次打开要下载，之后没有信号也能看。", "The first time it is downloaded; later it opens without a signal.";
        not_here => "这个网格还不在本机", "This grid is not on this device yet";
        not_here_why => "连上服务器后会自动下载。", "It is downloaded once the server can be reached.";
        no_customers => "这个网格还没有客户", "This grid has no customers yet";
        no_match => "没有符合的客户", "No customer fits";
        next(what: &str) => "下次 {what}", "next {what}";
        last_visit(when: &str) => "上次 {when}", "last {when}";
        never => "没有走访过", "never visited";
        late => "逾期", "overdue";

        looking => "正在从服务器取这个客户…", "Fetching this customer from the server…";
        looking_why => "取到后会留在本机。", "Once here, it stays on this device.";
        unreachable => "连不上服务器，这个客户不在本机。", "The server cannot be reached, and this customer is not on this device.";
        gone => "没有找到这个客户", "This customer was not found";
        gone_why => "可能已被归档，或不在你的权限内。", "It may have been archived, or you may not see it.";
        from_server => "来自服务器，正在下载到本机。", "From the server; being downloaded to this device.";
        grid_of => "网格", "Grid";
        address => "地址", "Address";
        contact => "联系人", "Contact";
        owner => "负责人", "Owner";
        note => "备注", "Remarks";
        open_steps => "待办", "To do";
        open_needs => "需求", "Needs";
    }
}
