//! What a file may cost. Memory stays below a few times `text_bytes`, whatever the file declares.

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The file itself.
    pub file_bytes: u64,
    /// One part of a package, unpacked.
    pub part_bytes: u64,
    /// All parts of a package, unpacked.
    pub package_bytes: u64,
    /// Parts of a package.
    pub parts: usize,
    /// Cells that hold something, all sheets together; for .xls, cells of the used rectangles.
    pub cells: u64,
    /// Text of all cells.
    pub text_bytes: u64,
    /// Columns that hold something, per sheet.
    pub columns: u32,
    /// Characters in one cell: Excel's own limit.
    pub cell_chars: u32,
    /// Bytes without a line end in a text file.
    pub line_bytes: usize,
}

impl Default for Limits {
    /// Roomy for the largest real book (300,000 rows of seven cells), small for a phone.
    fn default() -> Limits {
        Limits {
            file_bytes: 64 << 20,
            part_bytes: 128 << 20,
            package_bytes: 192 << 20,
            parts: 2_000,
            cells: 3_000_000,
            text_bytes: 96 << 20,
            columns: 512,
            cell_chars: 32_767,
            line_bytes: 1 << 20,
        }
    }
}
