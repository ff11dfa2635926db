//! The words of check-in and visit.
use crate::words;

words! {
    /// At the door: consent, position, verdict, reason.
    pub struct Words {
        check_in => "签到", "Check in";
        check_in_at(name: &str) => "签到：{name}", "Check in: {name}";

        consent_title => "签到会用到你的位置", "Checking in uses your position";
        consent_what => "记什么", "What is recorded";
        consent_what_text => "只在你点签到、签退的那一刻记一个点：经纬度、误差和时间。从不记轨迹，也不在后台定位。", "One point at the moment you tap check in or check out: coordinates, error and time. Never a track, never in the background.";
        consent_who => "谁能看", "Who sees it";
        consent_who_text => "你自己和你网格的主管。其他同事只看到有没有到访。", "You, and the supervisor of your grid. Other colleagues only see that a visit took place.";
        consent_long => "留多久", "How long it is kept";
        consent_long_text => "按公司规定的期限保存，到期删除坐标，只留“有没有到访”。在“我的 › 隐私”里随时能看到记了你什么。", "For the period your company has set; then the coordinates are erased and only the visit remains. Me › Privacy always shows what is held about you.";
        consent_free => "不同意也能签到，会标为“无法判断”，需要说明原因。", "You can check in without it: it is marked \"can't tell\" and asks for a reason.";
        agree => "同意", "Agree";
        not_now => "暂不", "Not now";

        locating => "正在定位…", "Locating…";
        seconds(n: i64) => "{n} 秒", "{n} s";
        error_of(accuracy: &str) => "误差 ±{accuracy}", "error ±{accuracy}";
        settling(first: &str, now: &str) => "误差 ±{first} → ±{now}", "error ±{first} → ±{now}";
        aged(n: i64) => "{n} 秒前", "{n} s ago";
        customer_away => "距客户", "from the customer";
        no_point => "这家还没有位置，签到会把这里记为它的位置", "No location is known for this customer yet: checking in records this place";
        no_point_coarse => "这家还没有位置；误差降到 50 米以内，签到才会记下", "No location is known for this customer yet; it is recorded once the error is below 50 m";
        no_point_unlocated => "这家还没有位置，这次也没有定位", "No location is known for this customer, and none was found now";
        // No line begins between the letter and its word.
        tier(tier: &str) => "{tier}\u{a0}级", "Tier\u{a0}{tier}";
        no_address => "没有地址", "No address";

        denied => "你没有允许定位。签到仍可进行，会标为“无法判断”。", "Location is not allowed. You can still check in; it is marked \"can't tell\".";
        denied_how => "要允许：点浏览器地址栏左侧的图标（装在桌面的，到手机设置 › 应用 › 走访 › 权限），把“位置”改为允许，再点重试。", "To allow it: tap the icon left of the browser's address (installed: phone settings › apps › Zoufang › permissions), set Location to allow, then try again.";
        unavailable => "手机现在给不出位置。请打开手机的定位开关，到窗边或门口再试。签到仍可进行。", "The phone has no position now. Turn on its location switch and try near a window or at the door. You can still check in.";
        slow => "20 秒还没定到位，还在继续。可以先签到，会标为“无法判断”。", "No position after 20 s; still trying. You can check in already, marked \"can't tell\".";
        stale => "上一次定位已超过 30 秒，不能作数。重试一次，或不带位置签到。", "The last position is older than 30 s and does not count. Try again, or check in without one.";
        declined => "你选了暂不使用位置。签到会标为“无法判断”。", "You chose not to use your position. The check-in is marked \"can't tell\".";
        declined_change => "改为同意", "Change to agree";
        retry => "重新定位", "Locate again";

        give_reason => "说明原因", "Give a reason";
        reason_needed => "不在范围或无法判断时，请选一个原因再签到。", "Out of range or can't tell: choose a reason, then check in.";
        reason_moved => "客户临时换地点", "Customer met elsewhere";
        reason_bad_fix => "定位不准", "Position is off";
        reason_gone => "客户不在原址", "Customer has moved";
        reason_other => "其他", "Other";
        reason_text => "补充一句", "In a few words";
        reason_text_needed => "请写一句是什么原因。", "Say in a few words what the reason is.";

        elsewhere => "不在这里？", "Not here?";
        other_customer => "换客户", "Another customer";
        new_customer => "新客户", "New customer";
        find_customer => "找客户", "Find a customer";
        planned => "今天计划的走访", "Planned for today";
        nearest => "附近的客户", "Customers nearby";
        none => "今天没有计划，附近也没有客户", "Nothing planned, and no customer nearby";
        none_why => "找一位客户签到，或者把眼前这家记为新客户。", "Find the customer to check in at, or add the one in front of you.";
        none_unlocated => "今天没有计划的走访", "No visit planned for today";
        gone => "这位客户不在本机", "This customer is not on this phone";
        gone_why => "可能已转给同事，或还没下载。连上网后再看。", "It may have moved to a colleague, or is still to be downloaded. Try again with a signal.";
        under_way => "这次走访正在进行", "This visit is under way";
        go_on => "继续走访", "Go on with the visit";

        new_title => "在这里新建客户", "New customer here";
        close => "关闭", "Close";
        name => "名称", "Name";
        name_missing => "请填写名称。", "Enter a name.";
        phone => "电话", "Phone";
        grid => "网格", "Grid";
        grid_missing => "请选网格。", "Choose a grid.";
        choose => "请选择", "Choose";
        learns => "这里会记为客户的位置。", "This place is recorded as the customer's location.";
        save_and_check_in => "保存并签到", "Save and check in";
        maybe_same => "可能已经有了", "It may be here already";
    }
}

words! {
    /// Inside: what was said, what comes next.
    pub struct VisitWords {
        visit => "走访", "Visit";
        visiting(time: &str) => "走访中 {time}", "Visiting {time}";
        purpose => "目的", "Purpose";
        need => "需求", "Need";
        need_text(category: &str) => "{category}：说一句", "{category}: in a few words";
        feedback => "反馈", "Feedback";
        photos => "照片", "Photos";
        notes => "记录", "Notes";
        next => "下一步", "Next step";
        required => "（必填）", " (required)";
        tomorrow => "明天", "Tomorrow";
        in_three_days => "三天后", "In 3 days";
        next_wednesday => "下周三", "Next Wednesday";
        pick_day => "选日期", "Pick a date";
        day => "日期", "Date";
        what => "做什么", "What";
        follow_up_on(needs: &str) => "跟进{needs}", "Follow up: {needs}";
        again => "再次上门", "Call again";
        promised => "已答应客户", "Promised to the customer";
        no_next => "没有下一步", "No next step";
        why_none => "为什么没有", "Why none";
        none_done => "事情已办完", "All is done";
        none_wanted => "客户暂无需要", "Customer needs nothing";
        none_refused => "客户不愿再访", "Customer wants no visit";
        next_missing => "签退前请选下一步的日期，或选“没有下一步”。", "Before checking out, choose a date for the next step, or \"No next step\".";
        day_missing => "请选日期。", "Choose a date.";
        reason_missing => "请说明为什么没有下一步。", "Say why there is no next step.";
        check_out => "签退并保存", "Check out and save";
        checking_out => "正在签退…", "Checking out…";
        kept => "每填一项就存好", "Each entry is kept at once";
        stayed(span: &str) => "已签退，停留 {span}", "Checked out after {span}";
        over => "这次走访已签退", "This visit is over";
        over_span(from: &str, to: &str, span: &str) => "{from}–{to}，停留 {span}", "{from}–{to}, {span}";
        not_begun => "这次走访还没有签到", "This visit has not begun";
        gone => "这次走访不在本机", "This visit is not on this phone";
        gone_why => "客户可能已转给同事；记过的内容在服务器上。", "The customer may have moved to a colleague; what was noted is on the server.";
        open_customer => "打开客户", "Open the customer";
        to_today => "回到今日", "Back to Today";
        check_in => "签到", "Check in";
    }
}
