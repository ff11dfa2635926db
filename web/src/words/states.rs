//! The wording of everything that can be refused, fail or wait: one home, so that the same thing is always said the same.
use super::Locale;
use crate::components::Icon;
use crate::words;
use crm_domain::command::Rejection;
use crm_domain::row::State;
use crm_domain::rules::{Code, Why};
use crm_replica::ports::{Failure, RefusalCode, Status, Storage, SyncState};

words! {
    /// The state of an item and of sync.
    pub struct StateWords {
        on_phone => "已存在本机", "On this phone";
        sent => "已发送", "Sent";
        confirmed => "已确认", "Confirmed";
        backed_up => "已备份", "Backed up";
        waiting => "等待", "Waiting";
        refused => "被拒绝", "Refused";

        starting => "正在打开", "Opening";
        settled => "已同步", "Synced";
        syncing => "正在同步", "Syncing";
        offline => "离线", "Offline";
        sign_in_again => "需重新登录", "Sign in again";
        stopped => "同步已停止", "Sync stopped";
        server_failing => "服务器故障", "Server trouble";
        unsent(n: u32) => "{n} 未发送", "{n} unsent";
        offline_with(n: u32) => "离线 · {n} 项在本机", "Offline · {n} on this phone";
        sign_in_with(n: u32) => "需重新登录 · {n} 未发送", "Sign in again · {n} unsent";
        server_failing_with(n: u32) => "服务器故障 · {n} 项在本机", "Server trouble · {n} on this phone";
        stopped_with(n: u32) => "同步已停止 · {n} 未发送", "Sync stopped · {n} unsent";
        storage_full => "存储已满，新内容存不下", "Storage full, nothing new is kept";
        storage_broken => "没有在保存", "Not saving";
        outdated => "需要更新", "Update needed";
        downloading(here: u32, all: u32) => "下载 {here}/{all}", "Downloading {here}/{all}";

        inside => "在范围内", "In range";
        edge => "在边缘", "At the edge";
        outside => "不在范围", "Out of range";
        unknown => "无法判断", "Can't tell";
    }
}

impl StateWords {
    pub fn of(self, state: State) -> &'static str {
        match state {
            State::OnPhone => self.on_phone(),
            State::Sent => self.sent(),
            State::Confirmed => self.confirmed(),
            State::BackedUp => self.backed_up(),
            State::Waiting => self.waiting(),
            State::Refused => self.refused(),
        }
    }

    /// The verdict of a check-in, as it stands in the record.
    pub fn verdict(self, word: &str) -> &'static str {
        match word {
            "inside" => self.inside(),
            "edge" => self.edge(),
            "outside" => self.outside(),
            _ => self.unknown(),
        }
    }

    /// The header's few words about sync.
    pub fn sync(self, status: &Status) -> String {
        let n = status.owed();
        let (here, all) = status.pages;
        match (status.storage, &status.sync) {
            (Storage::Full, _) => self.storage_full().into(),
            (Storage::Broken | Storage::Unreadable, _) => self.storage_broken().into(),
            _ if status.outdated => self.outdated().into(),
            (_, SyncState::Offline) if n > 0 => self.offline_with(n),
            (_, SyncState::Offline) => self.offline().into(),
            (_, SyncState::SignInAgain) if n > 0 => self.sign_in_with(n),
            (_, SyncState::SignInAgain) => self.sign_in_again().into(),
            (_, SyncState::Refused(RefusalCode::Failed)) if n > 0 => self.server_failing_with(n),
            (_, SyncState::Refused(RefusalCode::Failed)) => self.server_failing().into(),
            (_, SyncState::Refused(_) | SyncState::Forked) if n > 0 => self.stopped_with(n),
            (_, SyncState::Refused(_) | SyncState::Forked) => self.stopped().into(),
            _ if all > here => self.downloading(here, all),
            _ if n > 0 => self.unsent(n),
            (_, SyncState::Starting) => self.starting().into(),
            (_, SyncState::Syncing) => self.syncing().into(),
            (_, SyncState::Settled) => self.settled().into(),
        }
    }
}

/// The shape that says a state without colour.
pub fn mark_of(state: State) -> Icon {
    match state {
        State::OnPhone => Icon::Smartphone,
        State::Sent => Icon::CloudUpload,
        State::Confirmed => Icon::Check,
        State::BackedUp => Icon::CheckCheck,
        State::Waiting => Icon::Hourglass,
        State::Refused => Icon::Ban,
    }
}

/// Why a command was not done, and what to do.
pub fn failure(why: Failure, locale: Locale) -> &'static str {
    let (zh, en) = match why {
        Failure::Rejected(rejection) => return self::rejection(rejection, locale),
        Failure::Quota => (
            "手机存储已满，这一项没有存下。请清理空间后再试，你填的内容还在。",
            "The phone's storage is full, so this was not saved. Free some space and try again; what you typed is still here.",
        ),
        Failure::Broken => (
            "没有保存：手机上的数据库出错了。请关闭再打开走访；你填的内容还在。",
            "Not saved: the database on this phone failed. Close Zoufang and open it again; what you typed is still here.",
        ),
        Failure::Unreadable | Failure::Outdated => {
            ("没有保存：请更新走访。你填的内容还在。", "Not saved: update Zoufang. What you typed is still here.")
        }
        Failure::NoWriter => (
            "没有保存：另一个窗口没有回应。请关闭其他走访窗口后再试。",
            "Not saved: another window did not answer. Close the other Zoufang windows and try again.",
        ),
    };
    pick(locale, zh, en)
}

/// Why the business says no.
pub fn rejection(rejection: Rejection, locale: Locale) -> &'static str {
    let (zh, en) = match rejection.code {
        Code::Malformed => ("内容有误，没有被接受。", "The content is damaged and was not accepted."),
        Code::TooLarge => ("内容太大，请分几次保存。", "Too large. Save it in several parts."),
        Code::Exists => ("这一项已经存在。", "This already exists."),
        Code::Purged => ("这条记录已被删除。", "This record was deleted."),
        Code::DependsOnRefused => {
            ("它依赖的一项被拒绝了，先处理那一项。", "What it builds on was refused. Settle that first.")
        }
        Code::FixedField => ("这一项不能再改。", "This can no longer be changed."),
        Code::ServerOnly => ("这一项由服务器写入，不能手改。", "Only the server writes this."),
        Code::NameMissing => ("请填写名称。", "Enter a name."),
        Code::DateMissing => ("请选一个日期，跟进不能没有日期。", "Choose a date. A follow-up needs one."),
        Code::PhoneInvalid => ("这个电话号码打不通，请检查。", "This phone number cannot be dialled. Check it."),
        Code::OutOfRange => ("这个值超出了范围，请检查。", "This value is out of range. Check it."),
        Code::TooLong => ("文字太长，请缩短一些。", "The text is too long. Shorten it."),
        Code::VisitClosed => ("这次走访已经结束。", "This visit is already closed."),
        Code::NextStepMissing => ("请选下一步，或说明为什么没有。", "Choose the next step, or say why there is none."),
        Code::NotHere => ("这条记录不在本机。", "This record is not on this phone."),
        Code::NotAllowed => ("你没有权限做这件事，请找主管。", "You may not do this. Ask your supervisor."),
        Code::AccountInvalid => (
            "这个账号不可用：已被占用，或含有字母、数字、. - _ 以外的字符。",
            "This account cannot be used: it is taken, or has characters other than letters, digits, . - _",
        ),
        Code::ReasonMissing => ("请说明原因。", "Give a reason."),
        Code::LastAdministrator => ("这是最后一位管理员，不能停用。", "This is the last administrator and must stay."),
        Code::Nothing => ("没有改动。", "Nothing has changed."),
        Code::MergedAlready => (
            "两位里有一位已并入别的客户。请打开合并后的那一位再试。",
            "One of the two is merged into another already. Open that one and try again.",
        ),
    };
    pick(locale, zh, en)
}

/// Why the server said no.
pub fn refusal(code: RefusalCode, locale: Locale) -> &'static str {
    let (zh, en) = match code {
        RefusalCode::Malformed => {
            ("服务器没有看懂这次请求，请更新走访。", "The server did not understand. Update Zoufang.")
        }
        RefusalCode::TooLarge => ("内容太大，服务器不接受。", "Too large for the server."),
        RefusalCode::WrongPassword => ("账号或密码不对。", "Wrong account or password."),
        RefusalCode::Locked => ("试错太多次，账号暂时锁定。", "Too many wrong tries. The account is locked for now."),
        RefusalCode::Inactive => ("这个账号已停用，请找管理员。", "This account was closed. Ask an administrator."),
        RefusalCode::SignInAgain => {
            ("登录已过期，请重新登录。本机的内容都还在。", "Please sign in again. What is on this phone is safe.")
        }
        RefusalCode::NotAllowed => ("你没有权限做这件事，请找主管。", "You may not do this. Ask your supervisor."),
        RefusalCode::NotFound => ("服务器上没有找到。", "Not found on the server."),
        RefusalCode::DeviceRevoked => {
            ("这台设备已被停用，请找管理员。", "This device was revoked. Ask an administrator.")
        }
        RefusalCode::Upgrade => (
            "走访需要更新。更新前可以看，也会继续发送。",
            "Zoufang needs an update. Until then you can read, and sending goes on.",
        ),
        RefusalCode::Failed => {
            ("服务器出错了，什么都没有丢，请稍后再试。", "The server failed. Nothing was lost; try again later.")
        }
        RefusalCode::WeakPassword => {
            ("密码太短或太常见，请换一个。", "The password is too short or too common. Choose another.")
        }
        RefusalCode::Gone => ("数据已更新，请再试一次。", "The data has moved on. Try once more."),
    };
    pick(locale, zh, en)
}

/// Why something waits at the server.
pub fn waiting(why: Why, locale: Locale) -> &'static str {
    let (zh, en) = match why {
        Why::NoGrant => ("你已没有这个网格的权限，等主管决定。", "You no longer hold this grid; a supervisor decides."),
        Why::UnknownRecord => ("服务器还没有这条记录。", "The server does not have this record yet."),
        Why::UnknownKind | Why::Undecodable => {
            ("服务器版本较旧，更新后会处理。", "The server is older; it follows after its update.")
        }
        Why::DeviceRevoked => ("设备已停用，等管理员决定。", "The device was revoked; an administrator decides."),
        Why::BehindAnother => ("同一条记录的前一项还在等。", "An earlier change of the same record is waiting."),
    };
    pick(locale, zh, en)
}

fn pick(locale: Locale, zh: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Zh => zh,
        Locale::En => en,
    }
}
