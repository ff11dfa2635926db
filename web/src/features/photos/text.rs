use crate::words;

words! {
    pub struct Words {
        photos => "照片", "Photos";
        take => "拍照", "Take photo";
        keeping => "正在存", "Keeping";
        open(when: &str, by: &str) => "看照片：{when} {by}", "Open photo: {when} {by}";
        photo_of(name: &str) => "照片 · {name}", "Photo · {name}";
        alt(name: &str, when: &str, by: &str) => "{by} {when}在{name}拍的照片", "Photo taken at {name}, {when}, by {by}";
        close => "关闭", "Close";
        no_picture(file: &str) => "“{file}”不是能打开的图片，没有存。走访和其他内容都在。", "\"{file}\" is not a picture that opens here, so it was not kept. The visit and everything else is safe.";
        too_large(file: &str) => "“{file}”超过 32 MB，没有存。请用手机相机重拍一张。", "\"{file}\" is larger than 32 MB and was not kept. Take it again with the phone's camera.";
        full => "手机存储已满，照片没有存下；走访和你填的内容都在。请清理空间后再拍一次。", "The phone's storage is full, so the photo was not kept; the visit and what you entered are safe. Free some space and take it again.";
        not_here => "照片还没有下载，联网后可看。", "This photo is not downloaded yet. It opens once there is a signal.";
        not_sent => "照片还没有传上来。拍照的手机联网后就能看到。", "This photo has not been sent yet. It opens once the phone that took it has a signal.";
        damaged => "照片没有下载完整，请再试一次。", "The photo did not arrive whole. Try again.";
        again => "再试一次", "Try again";
    }
}
