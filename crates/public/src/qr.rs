//! QR codes as SVG, drawn here so that the bytes stay ours.

use fast_qr::ECL;
use fast_qr::qr::QRBuilder;
use std::fmt::Write as _;

/// Light modules around the code, as ISO/IEC 18004 asks.
const QUIET: usize = 4;

/// The address as a QR code, or nothing if it is too long for one.
pub fn svg(address: &str) -> Option<String> {
    let code = QRBuilder::new(address).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for y in 0..code.size {
        for x in 0..code.size {
            if code[y][x].value() {
                // Writing into a String cannot fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    let side = code.size + 2 * QUIET;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{px}\" height=\"{px}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>\n",
        px = side * 6,
    ))
}
