//! The words of one's own pages: sync, attendance, privacy, settings.
use crate::words;
use crate::words::plural;

words! {
    pub struct Words {
        me => "我的", "Me";
        sync => "同步", "Sync";
        attendance => "考勤", "Attendance";
        privacy => "隐私", "Privacy";
        privacy_why => "记了你什么，留多久", "What is held about you, and for how long";
        locked => "资料已锁上", "Locked";
        locked_since(when: &str) => "上次联系服务器是{when}，太久了", "The last contact with the server was {when}, too long ago";
        locked_why => "为保护客户资料，联网后才能再看。签到照常可用，写下的都还在。", "Customers are shown again once there is a network. Checking in still works, and nothing of yours is lost.";
        locked_unsent(n: u32) => "还有 {n} 项在本机等待发送", { format!("{} on this phone waiting to be sent", plural(u64::from(n), "item is", "items are")) };
        to_sync => "联系服务器", "Reach the server";
        to_check_in => "去签到", "Check in";
        board => "今日看板", "Today's board";
        board_why => "网格、人员和进度", "Grids, people and progress";
        waiting => "等你决定", "To decide";
        waiting_why => "没有权限时写的改动", "Changes written without the right";
        imports => "导入记录", "Imports";
        settings => "设置", "Settings";
        settings_why => "语言、外观、字号、密码", "Language, looks, type, password";
        people => "人员", "People";
        grids => "网格", "Grids";
        devices => "设备", "Devices";
        administration => "管理", "Administration";
        version(number: &str) => "走访 {number}", "Zoufang {number}";
        server(host: &str) => "服务器 {host}", "Server {host}";
        sign_out => "退出登录", "Sign out";
        signing_out => "正在退出…", "Signing out…";
        sign_out_all_sent => "本机的内容都已确认。退出后，这台手机上打不开客户资料，再次登录要有网络。", "Everything here is confirmed. Once signed out, the book cannot be opened on this phone; signing in again needs the network.";
        sign_out_unsent(n: u32) => "还有 {n} 项没有发送。退出前会先试着发送；发不出去的会封存在这台手机上，只有你自己再次登录才能打开，不会丢。也可以先到同步页导出。", { format!("{} not sent yet. They are sent first if there is a signal; what cannot go stays sealed on this phone until you yourself sign in again. Nothing is lost. You can also export them on the sync page first.", plural(u64::from(n), "item is", "items are")) };
        signed_out_with(n: u32) => "已退出。{n} 项封存在本机，你再次登录后会继续发送。", { format!("Signed out. {} sealed on this phone; sending goes on when you sign in again.", plural(u64::from(n), "item stays", "items stay")) };
        signed_out => "已退出", "Signed out";
        cancel => "取消", "Cancel";
        today_times(from: &str, to: &str) => "今天 {from}–{to}", "today {from}–{to}";
        today_from(from: &str) => "今天 {from} 起", "today from {from}";
        none_today => "今天还没有签到", "No check-in today";
    }
}

words! {
    /// The sync page.
    pub struct SyncWords {
        title => "同步", "Sync";
        photo => "照片", "Photo";
        photos => "照片", "Photos";
        photos_wait(n: u32) => "内容都已确认，还有 {n} 张照片没有上传", { format!("All entries are confirmed; {} still to go up", plural(u64::from(n), "photo is", "photos are")) };
        photos_unsent(n: u32, size: &str) => "{n} 张未上传，{size}", "{n} not yet up, {size}";
        photos_wifi => "仅 Wi-Fi 上传照片", "Send photos on Wi-Fi only";
        photos_wifi_why => "文字和签到随时发送；照片等到 Wi-Fi 再传。", "Entries and check-ins go at once; photos wait for Wi-Fi.";
        photos_saving => "手机开着省流量模式，照片等关掉后再上传。", "The phone is saving data: photos wait until that is off.";
        all_confirmed => "一切已确认", "Everything is confirmed";
        waiting(n: u32, since: &str) => "{n} 项在本机等待发送，最早 {since}", { format!("{} on this phone, waiting to be sent; oldest {since}", plural(u64::from(n), "item", "items")) };
        waiting_now(n: u32) => "{n} 项在本机等待发送", { format!("{} on this phone, waiting to be sent", plural(u64::from(n), "item", "items")) };
        not_yet => "还没有同步过", "Never synced yet";
        sync_now => "立即同步", "Sync now";
        sign_in_again => "重新登录", "Sign in again";
        asked => "正在同步", "Syncing";

        unreachable(since: &str) => "现在连不上服务器，上次连上是{since}。可以照常工作，有信号就会自动发送。", "The server is out of reach; last contact {since}. Go on working; sending starts by itself with a signal.";
        unreachable_ever => "连不上服务器。可以照常工作，有信号就会自动发送。", "The server is out of reach. Go on working; sending starts by itself with a signal.";
        expired(n: u32) => "登录已过期。{n} 项没有发送，都安全地存在本机；重新登录后继续发送。", { format!("Your sign-in has expired. {} unsent and safe on this phone; sending goes on after you sign in again.", plural(u64::from(n), "item is", "items are")) };
        expired_none => "登录已过期，本机的内容都还在。请重新登录。", "Your sign-in has expired; what is here is safe. Please sign in again.";
        forked => "这个浏览器的数据像是从别处复制来的，或有一部分损坏，为防弄混已停止发送。请重新登录，什么都不会丢。", "This browser's data looks copied from elsewhere, or partly damaged; sending stopped so that nothing mixes. Please sign in again; nothing is lost.";
        full => "手机存储已满，新内容存不下。请清理空间；先导出未发送的更稳妥。", "The phone's storage is full and nothing new is kept. Free some space; exporting what is unsent is the safe first step.";
        outdated => "走访太旧，请更新应用，资料只读；未发送的内容会照常上传。", "Zoufang is too old. Update it: until then you can only read, and what is unsent still goes up.";
        left_to_newer(n: u32) => "服务器的版本比这台手机旧：{n} 项会留在服务器上，等它更新后处理，不会丢。", "The server is older than this app: {n} of your changes stay there until it is updated. Nothing is lost.";
        unreadable => "本机有未发送的内容，这个版本读不了，可能由更新的版本写下，或已损坏。保存和同步都停了，什么都没有改动。先更新走访；不行就导出，清除浏览器里走访的数据，重新登录后把文件带回来。", "Unsent work on this phone cannot be read by this version: a newer one wrote it, or it is damaged. Saving and syncing have stopped and nothing was changed. Update Zoufang first; if that does not help, export it, clear Zoufang's data in the browser, sign in again and bring the file back.";
        broken => "没有在保存：手机上的数据库出错了。请先导出未发送的，再关闭并重新打开走访。", "Not saving: the database on this phone failed. Export what is unsent, then close Zoufang and open it again.";

        state => "状态", "State";
        last_contact => "上次联系服务器", "Last contact with the server";
        brought_back => "从备份送出", "From the spare copy";
        brought_back_items(n: u32) => "上次没有发送的 {n} 项", { format!("{} not sent before", plural(u64::from(n), "item", "items")) };
        data_age => "资料更新到", "Data as of";
        held => "本机网格", "Grids held here";
        held_all(n: u32) => "{n} 个，已齐", "{n}, complete";
        held_coming(n: u32, coming: u32) => "{n} 个，还有 {coming} 个在下载", "{n}, {coming} still downloading";
        clock => "手机时钟", "Phone clock";
        clock_right => "准确", "right";
        clock_fast(by: &str) => "快 {by}", "{by} fast";
        clock_slow(by: &str) => "慢 {by}", "{by} slow";
        storage => "占用空间", "Storage used";
        storage_of(used: &str, all: &str) => "{used} / 可用 {all}", "{used} of {all}";
        storage_unknown => "浏览器不说", "the browser does not tell";
        backups => "备份", "Backup";
        backups_on => "服务器有异地备份", "The server keeps off-machine backups";
        backups_off => "服务器未设异地备份", "The server has no off-machine backup";
        other_tab => "另一个窗口在负责保存和发送", "Another window saves and sends";

        queue => "等待发送的", "Waiting to be sent";
        queue_more(n: u32) => "还有较早的 {n} 项", { format!("and {} earlier", plural(u64::from(n), "item", "items")) };
        export => "导出未发送", "Export unsent";
        export_why => "手机要修、要换时用：加密成一个文件，你在另一台设备上登录后可以代发。", "For a phone about to be repaired or replaced: one encrypted file that you can send from another device where you are signed in.";
        export_title => "导出未发送的内容", "Export what is unsent";
        passphrase => "口令", "Passphrase";
        passphrase_hint => "至少 8 个字符。打开文件要用它，忘了没人能找回。", "At least 8 characters. It opens the file; nobody can recover it.";
        passphrase_short => "口令至少 8 个字符。", "The passphrase needs at least 8 characters.";
        passphrase_again => "再输一次", "Once more";
        passphrase_differs => "两次输入不一样。", "The two differ.";
        make_file => "生成文件", "Make the file";
        making => "正在生成…", "Working…";
        exported(name: &str) => "已导出 {name}", "Exported {name}";
        not_exported => "没有导出：现在没有未发送的内容，或手机存不下文件。", "Nothing was exported: there is nothing unsent, or the file could not be kept.";
        copy => "复制诊断信息", "Copy diagnostics";
        copy_why => "不含客户资料，发给管理员看。", "Holds no customer data; for your administrator.";
        copied => "已复制", "Copied";
        not_copied => "没有复制成功，请截屏。", "It could not be copied; take a screenshot instead.";
        cancel => "取消", "Cancel";

        item_customer => "客户", "Customer";
        item_contact => "联系人", "Contact";
        item_visit => "走访", "Visit";
        item_need => "需求", "Need";
        item_follow_up => "跟进", "Follow-up";
        item_check_in => "签到", "Check-in";
        item_check_out => "签退", "Check-out";
        item_note => "备注", "Note";
        item_reveal => "查看电话", "Phone shown";
        item_consent => "隐私选择", "Privacy choice";
        item_settled => "处理结果", "Decision";
        item_other => "其他", "Other";
    }
}

words! {
    /// Sending what another phone exported.
    pub struct BringWords {
        bring => "代发导出文件", "Send an exported file";
        why => "另一台手机坏了、丢了？它导出的文件从这里发出去，每一项只算一次。", "Is another phone of yours broken or gone? Send the file that it exported; each item counts once.";
        title => "代另一台手机发送", "Send for another phone";
        choose => "选择文件", "Choose the file";
        passphrase => "导出时的口令", "Its passphrase";
        send => "发送", "Send";
        sending => "正在发送…", "Sending…";
        cancel => "取消", "Cancel";
        brought(ops: u32, held: u32) => { if held == 0 { format!("{ops} 项都在服务器上了") } else { format!("{ops} 项已送到，其中 {held} 项要你看一下") } }, { if held == 0 { format!("All {} at the server now", plural(u64::from(ops), "item is", "items are")) } else { format!("{} sent; {held} of them need your attention", plural(u64::from(ops), "item", "items")) } };
        no_file => "先选导出的文件（.unsent）。", "Choose the exported file (.unsent) first.";
        unreadable => "文件读不出来，请再选一次。", "The file could not be read; choose it again.";
        not_ours => "这不是走访导出的文件，或来自更新的版本。", "This is not a file that Zoufang exported, or it comes from a newer version.";
        wrong_passphrase => "口令不对，或文件已损坏。", "The passphrase does not fit, or the file is damaged.";
        other_person => "这是别人导出的，请本人登录后再发。", "Another person exported this; she has to sign in and send it herself.";
        renamed => "那台手机后来重新登录过，它会自己发送，不用代发。", "That phone has signed in anew since and sends its work itself.";
        unreachable => "现在连不上服务器。文件没有动，有网时再发一次。", "The server cannot be reached. The file is untouched; send it again when there is a signal.";
    }
}

words! {
    /// Attendance and the privacy ledger.
    pub struct LedgerWords {
        attendance => "考勤", "Attendance";
        today => "今天", "Today";
        first_in => "首次签到", "First in";
        last_out => "最后签退", "Last out";
        dwell => "在客户处", "With customers";
        visits => "走访", "Visits";
        past => "过去的日子", "Past days";
        day_line(from: &str, to: &str, n: usize) => "{from}–{to} · {n} 次走访", { format!("{from}–{to} · {}", plural(n as u64, "visit", "visits")) };
        open => "还没签退", "not out yet";
        empty => "还没有签到记录", "No check-ins yet";
        empty_why => "在客户那里签到后，这里有每天的首次签到、最后签退和停留时间。", "After your first check-in this page has each day's first in, last out and time with customers.";
        server_confirms => "过去的日子以服务器确认的为准。", "Past days are as the server confirmed them.";

        privacy => "隐私", "Privacy";
        agreed => "你的选择", "Your choice";
        not_asked => "还没有问过你。第一次签到前会先问。", "You have not been asked yet; it comes before your first check-in.";
        ask_me => "看说明，现在就选", "Read it and choose now";
        yes_since(when: &str) => "已同意签到时使用位置 · {when}", "Agreed to using your position at check-in · {when}";
        no_since(when: &str) => "暂不使用位置 · {when}", "Not using your position · {when}";
        wording_version(n: i64) => "条款第 {n} 版", "Wording, version {n}";
        withdraw => "撤回同意", "Withdraw";
        agree => "改为同意", "Agree";
        what => "记什么", "What is recorded";
        what_text => "只在签到、签退的那一刻记一个点，从不记轨迹。你看过谁的电话也会留记录。", "One point at check-in and check-out, never a track. Whose phone number you looked at is recorded too.";
        who => "谁能看", "Who sees it";
        who_text => "你自己和你网格的主管。", "You, and the supervisor of your grid.";
        long => "留多久", "How long";
        long_text => "按公司规定的期限保存，到期删除坐标，只留“有没有到访”。", "For the period your company has set; then the coordinates are erased and only the visit remains.";
        places => "记下的地点", "Places held";
        places_count(n: usize) => "{n} 条", { plural(n as u64, "entry", "entries") };
        arrived => "签到", "Check-in";
        left => "签退", "Check-out";
        no_places => "还没有记下任何地点", "No place is held yet";
        no_places_why => "签到发送到服务器后，这里会有时间、客户和结论。", "Once a check-in has reached the server, its time, customer and verdict are here.";
        more => "显示更多", "Show more";
    }
}

words! {
    /// Settings and password.
    pub struct SettingWords {
        settings => "设置", "Settings";
        language => "语言", "Language";
        chinese => "中文", "中文";
        english => "English", "English";
        looks => "外观", "Looks";
        system => "跟随系统", "As the system";
        light => "浅色", "Light";
        dark => "深色", "Dark";
        sunlight => "户外高对比", "Sunlight";
        large => "大字", "Large type";
        large_why => "所有文字放大四分之一", "All text a quarter larger";
        password => "修改密码", "Change password";
        password_why => "需要网络", "Needs the network";
        old => "现在的密码", "Present password";
        new_password => "新密码", "New password";
        new_hint => "至少 8 个字符，不要太常见。", "At least 8 characters, and not a common one.";
        again => "再输一次新密码", "New password once more";
        old_missing => "请输入现在的密码。", "Enter your present password.";
        too_short => "密码至少 8 个字符。", "The password needs at least 8 characters.";
        differs => "两次输入不一样。", "The two differ.";
        change => "修改", "Change";
        changing => "正在修改…", "Changing…";
        changed => "密码已修改", "The password was changed";
        unreachable => "连不上服务器，密码没有改。有信号时再试。", "The server is out of reach; the password is as before. Try again with a signal.";
        strange => "服务器的回答看不懂，密码没有改。", "The server's answer makes no sense; the password is as before.";
        close => "关闭", "Close";
    }
}
