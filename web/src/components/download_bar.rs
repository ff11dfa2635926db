//! The first download: how far it is. What has come can be used at once.
use crate::state::use_status;
use crate::words;
use crate::words::use_words;
use yew::prelude::*;

words! {
    pub struct Words {
        download => "下载", "Download";
        coming(here: u32, all: u32) => "正在下载客户 {here}/{all}，已到的现在就能用", "Downloading customers {here}/{all}, use what is here already";
    }
}

#[component]
pub fn DownloadBar() -> Html {
    let w = use_words::<Words>();
    let (here, all) = use_status().pages;
    if all == 0 || here >= all {
        return Html::default();
    }
    html! {
        <aside class="download-bar" aria-label={w.download()}>
            <label for="download">{ w.coming(here, all) }</label>
            <progress id="download" max={all.to_string()} value={here.to_string()} />
        </aside>
    }
}
