//! `cargo xtask report`: what holds, in one table.
//!
//! Networks are trained anew for their accuracy and digests; what takes longer, or another machine, is
//! read from where the chore that measured it has kept it, which is named. A figure beyond its bar
//! fails.

mod code;
mod digests;
mod figure;
mod kept;

use crate::Failure;
use crate::costs::Program;

use figure::table;

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure::Usage("report takes no arguments".into()));
    }
    let program = Program::build()?;
    let mut figures = digests::default_run(&program)?;
    figures.extend(digests::platforms(&program)?);
    figures.extend(kept::accuracy(program.path())?);
    figures.extend(kept::costs()?);
    figures.extend(kept::speed()?);
    figures.extend(code::figures()?);
    print!("{}", table(&figures));
    let beyond = figures.iter().filter(|figure| figure.holds == Some(false)).count();
    match beyond {
        0 => Ok(()),
        _ => Err(Failure::Chore(format!("{beyond} of these are beyond their bars"))),
    }
}
