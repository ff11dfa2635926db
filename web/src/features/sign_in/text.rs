//! The words before and at sign-in.
use crate::words;
use crate::words::plural;

words! {
    pub struct Words {
        app => "走访", "Zoufang";
        slogan => "没有信号也能用的走访本", "Your visits, with or without a signal";
        opening => "正在打开…", "Opening…";
        account => "账号", "Account";
        password => "密码", "Password";
        sign_in => "登录", "Sign in";
        signing_in => "正在登录…", "Signing in…";
        server(host: &str) => "服务器：{host}", "Server: {host}";
        language => "English", "中文";

        account_missing => "请填写账号。", "Enter your account.";
        password_missing => "请填写密码。", "Enter your password.";
        wrong => "账号或密码不对，请再看一眼。", "Wrong account or password. Have another look.";
        locked(wait: &str) => "试错太多次，账号已锁定。请 {wait}后再试，或找管理员解锁。", "Too many wrong tries, the account is locked. Try again in {wait}, or ask an administrator.";
        locked_some_time => "一段时间", "a while";
        offline => "连不上服务器。第一次登录需要联网，登录后没有信号也能用。", "The server can't be reached. The first sign-in needs a network; after it you can work without a signal.";
        strange => "服务器的回答看不懂。请检查网络（酒店、商场的 Wi-Fi 可能要先登录），再试一次。", "The server's answer makes no sense. Check the network (hotel Wi-Fi may want its own sign-in first) and try again.";
        clock(by: &str) => "手机时间和服务器差了 {by}。请在手机设置里打开「自动设置时间」，不然签到时间会不准。", "The phone's clock is {by} off. Turn on automatic time in the phone's settings, or check-in times will be wrong.";

        no_storage => "这个浏览器不能存数据", "This browser can't keep data";
        no_storage_why => "走访要把客户和签到存在手机上，这个浏览器不允许，所以不能登录。请用系统浏览器或 Chrome 打开，并关闭「阻止所有 Cookie」。", "Zoufang keeps customers and check-ins on the phone. This browser doesn't allow it, so there is no sign-in here. Open Zoufang in the system's browser or Chrome, with cookies allowed.";
        private => "请不要用无痕窗口：一关掉，没发送的内容就没了。", "Don't use a private window: when it closes, what is not sent is gone.";
        unfetched => "走访还没有下载完整", "Zoufang is not all here yet";
        unfetched_why => "手机上的数据还在，没有被删。请在有网络的地方再打开一次，下载完整后没有信号也能打开。", "What is on this phone is still there. Open Zoufang once more where there is a network; after that it opens without a signal.";
        try_again => "再试一次", "Try again";
        broken => "手机上的数据打不开", "The data on this phone can't be opened";
        broken_why => "数据还在，没有被删。请关掉所有走访窗口再打开；还是不行就重启手机，再联系管理员。", "It is still there. Close every Zoufang window and open it again; if that fails, restart the phone, then ask an administrator.";
        cleared => "系统清掉了走访在这台手机上的数据。所有内容都已在服务器上，登录后会重新下载。装到主屏幕可以避免再被清掉。", "The system cleared Zoufang's data on this phone. Everything was on the server already and comes back after sign-in. Installing to the home screen prevents this.";
        cleared_unsent(n: u32, when: &str) => "系统清掉了走访在这台手机上的数据，其中 {n} 项还没有发送，已经找不回来。最后一次联系服务器：{when}。登录后会重新下载其余内容；装到主屏幕可以避免再发生。", { format!("The system cleared Zoufang's data on this phone. {} had not been sent and can't be recovered. Last contact with the server: {when}. The rest comes back after sign-in; installing to the home screen prevents this.", plural(u64::from(n), "item", "items")) };
        cleared_spared(n: u32) => "系统清掉了走访在这台手机上的数据。没有发送的 {n} 项另存了一份，登录后会自动送出；其余内容会重新下载。装到主屏幕可以避免再被清掉。", { format!("The system cleared Zoufang's data on this phone. {} still here in a spare copy, not sent yet, and will go up after sign-in. The rest comes back then too; installing to the home screen prevents this.", plural(u64::from(n), "item is", "items are")) };
        cleared_since(when: &str) => "系统清掉了走访在这台手机上的数据。服务器最后一次收到这台手机的消息：{when}。在那之后记下、没有发送的，已经找不回来；其余内容登录后会重新下载。装到主屏幕可以避免再发生。", "The system cleared Zoufang's data on this phone. The server last heard from it at {when}. What was noted after that and not sent can't be recovered; the rest comes back after sign-in. Installing to the home screen prevents this.";
        wiped => "这台设备已被停用，走访的数据已从这里删除。有疑问请找管理员。", "This device was revoked and Zoufang's data was deleted from it. Ask an administrator.";

        install => "装到手机", "Install";
        install_why => "装好后从桌面打开，没有信号也能用，内容不会被系统清掉。", "Installed, it opens from the home screen, works without a signal, and the system does not clear it.";
        install_first => "先装到主屏幕，再登录", "Install first, then sign in";
        install_ios_why => "主屏幕上的走访有自己的存储：在网页里登录的内容，它看不到。所以先装，再登录。", "The app on the home screen has a storage of its own: it does not see what was signed in here. So install first.";
        step_share => "点底部的「分享」", "Tap Share at the bottom";
        step_add => "往下找「添加到主屏幕」", "Find Add to Home Screen";
        step_open => "回到桌面，打开走访", "Open Zoufang from the home screen";
        in_app => "请用浏览器打开", "Open it in the browser";
        in_app_why => "你在另一个应用里打开了走访。这里存的内容随时可能被清掉，也不能装到桌面。", "You opened Zoufang inside another app. What is kept here may be cleared at any time, and it can't be installed.";
        step_more => "点右上角的 ···", "Tap ··· at the top right";
        step_browser => "选「在浏览器打开」", "Choose Open in browser";
        go_on => "先在这里登录", "Sign in here for now";
        installed => "已经可以从桌面打开了。", "Ready to open from the home screen.";
    }
}
