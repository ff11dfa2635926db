//! Why a file or a row is not taken, as sentences that say what to do next.
use super::work::Problem;
use crate::words;
use crm_domain::imports::sheet::{ImportError, OtherFormat, Reason};

words! {
    pub struct FaultWords {
        empty => "这个文件是空的，没有一行数据。请换一个文件。", "This file is empty. Choose another one.";
        password => "这个文件有密码。请在 Excel 或 WPS 里去掉密码，另存后再选。", "This file has a password. Remove it in Excel or WPS, save it again and choose it once more.";
        too_large(mb: u64, limit: u64) => "文件太大（{mb} MB，最多 {limit} MB）。请删去图片和多余的工作表，或分成几个文件。", "The file is too large ({mb} MB, at most {limit} MB). Remove pictures and spare sheets, or split it.";
        cells(limit: u64) => "表格太大，超过 {limit} 个单元格。请分成几个文件。", "The spreadsheet has more than {limit} cells. Split it into several files.";
        many_columns(n: u32, limit: u32) => "这张表有 {n} 列，最多 {limit} 列。请删去不用的列，或选另一张工作表。", "This sheet has {n} columns, at most {limit} are read. Remove the spare ones, or choose another sheet.";
        cell_too_long(row: u32, limit: u32) => "第 {row} 行有一格超过 {limit} 个字。请改短后再选。", "A cell in row {row} is longer than {limit} characters. Shorten it and choose the file again.";
        not_a_spreadsheet => "这不是表格文件。请选 xlsx、xls 或 csv。", "This is not a spreadsheet. Choose an xlsx, xls or csv file.";
        save_as(what: &str) => "{what} 读不了。请用 Excel 或 WPS 另存为 .xlsx 再选。", "{what} cannot be read. Save it as .xlsx in Excel or WPS and choose it again.";
        damaged => "文件损坏，读不完整，所以一行也没有导入。请用 Excel 或 WPS 打开，另存为 .xlsx 再选。", "The file is damaged and cannot be read to its end, so nothing was imported. Open it in Excel or WPS, save it as .xlsx and choose it again.";
        damaged_near(row: u32) => "文件在第 {row} 行附近损坏，所以一行也没有导入。请用 Excel 或 WPS 打开检查，另存为 .xlsx 再选。", "The file is damaged near row {row}, so nothing was imported. Open it in Excel or WPS, save it as .xlsx and choose it again.";
        malicious => "文件里有表格软件不会写的内容，为安全起见没有读取。请找发文件的人重新导出。", "The file holds what no spreadsheet program writes, so it was not read. Ask whoever sent it to export it again.";
        no_such_sheet => "没有这张工作表。请另选一张。", "There is no such sheet. Choose another.";
        mapping => "列的含义有冲突：客户名称必须有一列，每种含义只能用一次。请检查后再试。", "The columns do not fit: one must be the customer's name, and each meaning is used once. Check them and try again.";

        unreadable => "浏览器读不到这个文件，它可能已被移动或删除。请再选一次。", "The browser cannot read this file; it may have moved. Choose it again.";
        no_importer => "这里打不开导入功能。请更新走访后再试。", "The importer cannot be opened here. Update Zoufang and try again.";
        broken => "读取文件时出错停下了，一行也没有导入，其他功能不受影响。请把文件另存为 .xlsx，或分成小一些的文件再试。", "Reading stopped with an error. Nothing was imported and everything else works. Save the file as .xlsx or split it, and try again.";
        silent => "读取超过 60 秒没有进展，已停下；一行也没有导入。请把文件分成小一些的再试。", "Reading made no progress for 60 seconds and was stopped. Nothing was imported. Split the file and try again.";

        name_missing => "没有客户名称", "the customer's name is missing";
        phone_invalid => "电话号码不对", "not a phone number";
        phone_lost => "电话被表格改成了科学计数法，位数丢了，请重新填写", "the spreadsheet cut digits off the phone number; type it again";
        number_unreadable => "不是数字", "not a number";
        number_range => "数字太大或是负数", "the number is too large or negative";
        date_unreadable => "日期看不懂，请写成 2026-11-25", "the date cannot be read; write it as 2026-11-25";
        date_impossible => "没有这一天", "there is no such day";
        tier_unreadable => "等级看不懂，请写 A、B、C 或 D", "the tier cannot be read; write A, B, C or D";
        datum_unreadable => "坐标系看不懂，请写 WGS-84、GCJ-02 或 BD-09", "the coordinate system cannot be read; write WGS-84, GCJ-02 or BD-09";
        coordinate_unreadable => "坐标看不懂", "the coordinates cannot be read";
        coordinate_outside => "坐标不在中国", "the coordinates are not in China";
        coordinate_swapped => "经度和纬度写反了", "longitude and latitude have changed places";
        coordinate_half => "经度和纬度只有一个", "only one of longitude and latitude is there";
        too_long => "内容太长", "the text is too long";
        undecodable => "文字编码有误，读不出来", "the text is not in the file's encoding";
        quote_open => "引号没有结束，后面的内容都混在一起了", "a quotation mark never closes and swallowed what follows";
    }
}

impl FaultWords {
    pub fn problem(self, problem: &Problem) -> String {
        match problem {
            Problem::File(error) => self.file(error),
            Problem::Unreadable => self.unreadable().into(),
            Problem::NoImporter => self.no_importer().into(),
            Problem::Broken => self.broken().into(),
            Problem::Silent => self.silent().into(),
        }
    }

    pub fn file(self, error: &ImportError) -> String {
        match error {
            ImportError::Empty => self.empty().into(),
            ImportError::PasswordProtected => self.password().into(),
            ImportError::TooLarge { bytes, limit } => self.too_large(bytes.div_ceil(1 << 20), limit >> 20),
            ImportError::TooManyCells { limit } => self.cells(*limit),
            ImportError::TooManyColumns { columns, limit } => self.many_columns(*columns, *limit),
            ImportError::CellTooLong { row, limit } => self.cell_too_long(*row, *limit),
            ImportError::NotASpreadsheet => self.not_a_spreadsheet().into(),
            ImportError::SaveAsXlsx(other) => self.save_as(match other {
                OtherFormat::Xlsb => "xlsb",
                OtherFormat::Ods => "ods",
                OtherFormat::SpreadsheetMl => "Excel 2003 XML",
            }),
            ImportError::Damaged { near_row: None } => self.damaged().into(),
            ImportError::Damaged { near_row: Some(row) } => self.damaged_near(*row),
            ImportError::Malicious => self.malicious().into(),
            ImportError::NoSuchSheet => self.no_such_sheet().into(),
            ImportError::Mapping => self.mapping().into(),
        }
    }

    pub fn reason(self, reason: Reason) -> &'static str {
        match reason {
            Reason::NameMissing => self.name_missing(),
            Reason::PhoneInvalid => self.phone_invalid(),
            Reason::PhonePrecisionLost => self.phone_lost(),
            Reason::NumberUnreadable => self.number_unreadable(),
            Reason::NumberOutOfRange => self.number_range(),
            Reason::DateUnreadable => self.date_unreadable(),
            Reason::DateImpossible => self.date_impossible(),
            Reason::TierUnreadable => self.tier_unreadable(),
            Reason::DatumUnreadable => self.datum_unreadable(),
            Reason::CoordinateUnreadable => self.coordinate_unreadable(),
            Reason::CoordinateOutside => self.coordinate_outside(),
            Reason::CoordinateSwapped => self.coordinate_swapped(),
            Reason::CoordinateHalf => self.coordinate_half(),
            Reason::TooLong => self.too_long(),
            Reason::Undecodable => self.undecodable(),
            Reason::QuoteNotClosed => self.quote_open(),
        }
    }
}
