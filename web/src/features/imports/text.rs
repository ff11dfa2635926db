//! The words of this slice.
use crate::words;
use crate::words::plural;
use crm_domain::imports::sheet::{Field, Format};

words! {
    pub struct Words {
        imports => "导入记录", "Imports";
        import => "导入客户", "Import customers";
        choose => "选择文件", "Choose file";
        choose_title => "从表格导入客户", "Customers from a spreadsheet";
        choose_why => "支持 xlsx、xls、csv。先看预览，确认后才会导入；导入后可以整批撤销。", "xlsx, xls and csv. You see a preview first; nothing is imported before you agree, and the whole import can be undone.";
        cancel => "取消", "Cancel";
        another => "换一个文件", "Another file";

        reading(file: &str) => "正在读取 {file}…", "Reading {file}…";
        sorting(file: &str) => "正在整理 {file}…", "Sorting {file}…";
        rows_of(done: &str, all: &str) => "{done} / {all} 行", "{done} of {all} rows";
        matching => "正在和本机的客户比对…", "Comparing with the customers on this device…";
        bringing => "正在存入本机…", "Saving on this device…";
        bringing_why => "一次全部存下，或一行也不存。请不要关闭走访。", "All of it is saved, or none. Please keep Zoufang open.";

        understood => "读到的内容", "What was understood";
        sheet => "工作表", "Sheet";
        header_row => "表头所在行", "Header row";
        no_header => "没有表头", "No header";
        row(n: u32) => "第 {n} 行", "Row {n}";
        header_at(n: u32) => "表头在第 {n} 行", "header in row {n}";
        last_row(n: &str) => "到第 {n} 行", "down to row {n}";
        encoding(name: &str) => "编码 {name}", "encoding {name}";
        more_sheets(n: usize) => "共 {n} 个工作表", { plural(n as u64, "sheet", "sheets") };

        columns => "列的含义", "What the columns mean";
        column(letter: &str, title: &str) => "{letter} 列：{title}", "Column {letter}: {title}";
        column_bare(letter: &str) => "{letter} 列", "Column {letter}";
        skip => "不导入", "Not imported";
        recognised(n: usize, all: usize) => "认出 {n} 列，共 {all} 列", "{n} of {all} columns recognised";
        no_samples => "（空）", "(empty)";
        need_name => "请指出哪一列是客户名称。", "Say which column is the customer's name.";
        datum => "坐标系", "Coordinates are in";
        datum_open => "不清楚", "Not known";
        datum_wgs84 => "WGS-84（GPS）", "WGS-84 (GPS)";
        datum_gcj02 => "GCJ-02（高德、腾讯）", "GCJ-02 (Amap, Tencent)";
        datum_bd09 => "BD-09（百度）", "BD-09 (Baidu)";

        preview => "预览", "Preview";
        new => "新建", "New";
        update => "更新", "Update";
        duplicate => "重复", "Duplicate";
        refused => "被拒绝", "Refused";
        group(name: &str, n: &str) => "{name} {n}", "{name} {n}";
        ignored(n: usize) => "另有 {n} 行是空行、小计或页脚，不导入。", { format!("{} left out: blank, subtotal or footer.", plural(n as u64, "row", "rows")) };
        none_new => "没有新客户", "No new customers";
        none_update => "没有要更新的客户", "Nothing to update";
        none_duplicate => "没有重复的行", "No duplicates";
        none_refused => "没有被拒绝的行", "No refused rows";
        of_row(n: u32) => "和第 {n} 行是同一个客户", "the same customer as row {n}";
        known => "已有这个客户，只改文件里有的内容", "Known already; only what the file holds is changed";
        more_rows(n: usize) => "还有 {n} 行没有列出", { format!("{} more not listed", plural(n as u64, "row", "rows")) };
        no_name => "（没有名称）", "(no name)";
        written(text: &str) => "写着“{text}”", "it says “{text}”";
        in_column(title: &str) => "“{title}”列", "column “{title}”";

        grid => "新客户放到", "New customers go to";
        grid_some(n: usize) => "{n} 个新客户的行里没有认得的网格", { format!("{} name no known grid", plural(n as u64, "new customer", "new customers")) };
        grid_all_placed => "每行都认出了网格", "Every row names its grid";
        grid_choose => "选择网格", "Choose a grid";
        grid_missing => "请先选一个网格，再开始导入。", "Choose a grid before you start.";
        start => "开始导入", "Start import";
        start_n(n: &str) => "将导入 {n} 行", "{n} rows will be imported";
        nothing => "没有可导入的行。可以换一列当名称，或下载被拒绝的行改好再来。", "There is nothing to import. Choose another name column, or download the refused rows, mend them and come back.";
        too_many(max: &str) => "一次最多导入 {max} 行，请把文件分成几个。", "At most {max} rows at once. Split the file.";

        done => "已导入，存在本机，正在发送", "Imported, on this device and being sent";
        to_customers => "看客户", "To the customers";
        undo => "撤销这次导入", "Undo this import";
        undo_ask => "撤销这次导入？", "Undo this import?";
        undo_why(created: i64, updated: i64) => "新建的 {created} 个客户会归档，更新的 {updated} 个会恢复原来的内容；之后被人改过的内容不动。", "The {created} customers it made are archived and the {updated} it changed get their old values back; what people changed since stays.";
        undoing(done: usize, all: usize) => "正在撤销 {done} / {all}", "Undoing {done} of {all}";
        undone => "已撤销", "Undone";
        keep => "不撤销", "Keep it";
        download_refused => "下载被拒绝的行", "Download refused rows";
        refused_file(file: &str) => "{file}-被拒绝的行.csv", "{file}-refused-rows.csv";
        reason => "原因", "Reason";

        no_imports => "还没有导入过", "Nothing was imported yet";
        no_imports_why => "从表格导入的客户会记在这里，可以整批撤销。", "Imports from spreadsheets are listed here and can be undone.";
        counts(new: i64, updated: i64, refused: i64) => "新建 {new} · 更新 {updated} · 被拒绝 {refused}", "{new} new · {updated} updated · {refused} refused";
        undone_at(when: &str) => "{when} 已撤销", "undone {when}";
    }
}

impl Words {
    /// A file's kind as people know it.
    pub fn format(self, format: Format) -> &'static str {
        match format {
            Format::Xlsx => "xlsx",
            Format::Xls => "xls",
            Format::Csv => "csv",
            Format::Html => "html",
        }
    }
}

words! {
    /// What a column can mean.
    pub struct FieldWords {
        name => "客户名称", "Customer name";
        contact => "联系人", "Contact";
        phone => "电话", "Phone";
        town => "镇街", "Town";
        unit => "村/社区/网格", "Village, community or grid";
        address => "地址", "Address";
        tier => "等级", "Tier";
        trade => "行业", "Trade";
        monthly_revenue => "月消费", "Monthly revenue";
        households => "户数", "Households";
        last_visit => "上次拜访", "Last visit";
        note => "备注", "Remarks";
        lat => "纬度", "Latitude";
        lon => "经度", "Longitude";
        lon_lat => "经纬度（同一格）", "Longitude and latitude in one cell";
        datum => "坐标系", "Coordinate system";
    }
}

impl FieldWords {
    pub fn of(self, field: Field) -> &'static str {
        match field {
            Field::Name => self.name(),
            Field::Contact => self.contact(),
            Field::Phone => self.phone(),
            Field::Town => self.town(),
            Field::Unit => self.unit(),
            Field::Address => self.address(),
            Field::Tier => self.tier(),
            Field::Trade => self.trade(),
            Field::MonthlyRevenue => self.monthly_revenue(),
            Field::Households => self.households(),
            Field::LastVisit => self.last_visit(),
            Field::Note => self.note(),
            Field::Lat => self.lat(),
            Field::Lon => self.lon(),
            Field::LonLat => self.lon_lat(),
            Field::Datum => self.datum(),
        }
    }
}
