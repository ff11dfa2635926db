//! 没有在保存: as long as nothing can be kept here, every screen says so, and offers what is unsent as a file (SYNC 2.4).
use super::{Button, Icon, go};
use crate::routes::Route;
use crate::state::use_status;
use crate::words;
use crate::words::use_words;
use crm_replica::ports::Storage;
use yew::prelude::*;
use yew_router::prelude::*;

words! {
    pub struct Words {
        storage => "存储", "Storage";
        broken => "没有在保存：手机上的数据库出错了。你填的内容还在屏幕上。", "Not saving: the database on this phone failed. What you typed is still on the screen.";
        full => "没有在保存：手机存储满了。请清理空间；你填的内容还在屏幕上。", "Not saving: the phone's storage is full. Free some space; what you typed is still on the screen.";
        unreadable => "没有在保存：请更新走访", "Not saving: update Zoufang";
        export(n: u32) => "导出 {n} 项未发送", "Export {n} unsent";
    }
}

#[component]
pub fn StorageBar() -> Html {
    let w = use_words::<Words>();
    let status = use_status();
    let navigator = use_navigator().expect("the frame stands inside the router");
    let text = match status.storage {
        Storage::Fine => None,
        Storage::Full => Some(w.full()),
        Storage::Broken => Some(w.broken()),
        Storage::Unreadable => Some(w.unreadable()),
    };
    // The live region stands there from the start, or what comes into it is not read out.
    html! {
        <aside class={text.map(|_| "storage-bar")} aria-label={w.storage()}>
            <div role="alert">
                if let Some(text) = text { { Icon::TriangleAlert }<span>{ text }</span> }
            </div>
            if text.is_some() && status.unsent > 0 {
                <Button onclick={go(&navigator, Route::Sync)}>{ w.export(status.unsent) }</Button>
            }
        </aside>
    }
}
