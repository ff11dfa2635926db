//! The words of the day.
use crate::words;
use crate::words::plural;

words! {
    pub struct Words {
        title => "今日", "Today";
        promises => "先办：对客户的承诺", "First: promised to customers";
        due => "到期的跟进", "Follow-ups due";
        visits(done: usize, all: usize) => "今天的走访 {done} / {all}", "Today's visits {done} / {all}";
        late(by: &str) => "逾期 {by}", "{by} overdue";
        done => "完成", "Done";
        done_name(name: &str) => "完成：{name}", "Done: {name}";
        was_done => "已完成", "Done";
        visiting => "走访中", "Visiting";
        check_in => "签到", "Check in";
        check_in_at(name: &str) => "签到：{name}", "Check in: {name}";
        no_address => "没有地址", "No address";
        gone => "客户已不在本机", "The customer has left this phone";
        neglected => "久未走访", "Not visited for long";
        neglected_why => "超过约定间隔，按价值排序", "Beyond the agreed interval";
        nearby => "附近未访", "Unvisited nearby";
        nearby_why => "1 公里内", "Within 1 km";
        nearby_ask => "点一下，看 1 公里内该走访谁", "Tap to see who is due within 1 km";
        locating => "正在定位…", "Locating…";
        denied => "你没有允许定位。要看附近，请在浏览器设置里允许走访使用位置。", "Location is not allowed. To see who is near, allow it for Zoufang in the browser's settings.";
        unlocated => "现在定不到位，到开阔处再试。", "No position now. Try again in the open.";
        numbers => "今天的数字", "Today in numbers";
        n_visits => "走访", "Visits";
        n_needs => "需求", "Needs";
        n_due => "待跟进", "To follow up";
        n_new => "新客户", "New customers";
        empty => "今天还没有安排", "Nothing planned for today";
        empty_why(n: u32) => "有 {n} 位客户久未走访，可以从他们开始。", { format!("{} waited long for a visit: a place to start.", plural(u64::from(n), "customer has", "customers have")) };
        free => "承诺和计划都办完了。", "Promises and plans are done.";
        pick => "挑客户走访", "Choose whom to visit";
        no_book => "还没有客户", "No customers yet";
        no_book_why => "导入一份表格，或者在门口直接新建。", "Import a spreadsheet, or add one at the door.";
        import => "导入客户", "Import customers";
        new => "新客户", "New customer";
    }
}
