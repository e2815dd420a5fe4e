//! Runs a program under ptrace, and does one thing to it at one of its system calls.
//!
//! Owns: the loop over all threads and children of the run. The program is not changed: it is the one that users run.
//! Invariant: when [`run`] returns, no process of the run is left.
//!
//! A call is stopped twice, at its start and at its end. To make it fail, its number is replaced by one that does not
//! exist at the start, and its result at the end. ptrace belongs to a thread: the one that calls [`run`] waits for its
//! own children only, so several runs can be traced at once.

mod calls;
mod plan;
mod tasks;

pub(crate) use plan::{Ended, Fault, FaultKind, Lies, Plan};

use crate::watchdog::Watchdog;
use calls::{Call, CallKind};
use nix::errno::Errno;
use nix::libc::{self, user_regs_struct};
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::fmt::Write as _;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;
use tasks::{Inside, Tasks};

/// The first argument of this program by which it becomes another one that is traced.
pub(crate) const LAUNCH: &str = "launch";

/// Becomes the program that the arguments name, traced by the parent. Returns only what went wrong.
pub(crate) fn launch(mut arguments: impl Iterator<Item = std::ffi::OsString>) -> String {
    let Some(program) = arguments.next() else { return format!("{LAUNCH} needs a program") };
    if let Err(error) = ptrace::traceme() {
        return format!("can't be traced: {error}");
    }
    let error = Command::new(&program).args(arguments).exec();
    format!("can't run {}: {error}", program.display())
}

/// Runs `command`, which calls [`launch`] and has its own process group, to the end of its last process.
pub(crate) fn run(mut command: Command, plan: Plan<'_>) -> io::Result<Ended> {
    let child = command.spawn()?;
    let root = Pid::from_raw(child.id().cast_signed());
    let watchdog = Watchdog::new(plan.limit);
    let mut tracer = Tracer {
        root,
        plan,
        tasks: Tasks::default(),
        ended: Ended { code: None, signal: None, calls: 0, changes: 0, hit: None, timed_out: false },
        lasting: false,
        held: None,
    };
    watchdog.add(root);
    match waitpid(root, Some(WaitPidFlag::__WALL))? {
        WaitStatus::Stopped(..) => {}
        other => return Err(io::Error::other(format!("the program does not start: {other:?}"))),
    }
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACECLONE
        | Options::PTRACE_O_TRACEFORK
        | Options::PTRACE_O_TRACEVFORK
        | Options::PTRACE_O_TRACEEXEC
        | Options::PTRACE_O_EXITKILL;
    ptrace::setoptions(root, options)?;
    tracer.tasks.executed(root);
    resume(root, None);
    tracer.follow(&watchdog)?;
    tracer.ended.timed_out = watchdog.has_fired();
    Ok(tracer.ended)
}

struct Tracer<'a> {
    root: Pid,
    plan: Plan<'a>,
    tasks: Tasks,
    ended: Ended,
    /// Whether a fault that lasts has begun.
    lasting: bool,
    /// A thread that is held until the others have moved on, by this many more stops.
    held: Option<(Pid, u32)>,
}

/// How many stops of other threads a held thread waits for.
const OTHERS_MOVE: u32 = 60;

/// Whose call goes on after its start.
#[derive(PartialEq, Eq)]
enum Next {
    Resume,
    Hold,
}

impl Tracer<'_> {
    /// Handles every stop until no process is left.
    fn follow(&mut self, watchdog: &Watchdog) -> io::Result<()> {
        // Only this thread's own children: others trace too.
        let all = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
        loop {
            let how = if self.held.is_some() { all | WaitPidFlag::WNOHANG } else { all };
            let status = match waitpid(None, Some(how)) {
                Err(Errno::ECHILD) => return Ok(()),
                Err(Errno::EINTR) => continue,
                status => status?,
            };
            if let Some(pid) = status.pid()
                && watchdog.add(pid)
            {
                let _ = kill(pid, Signal::SIGKILL);
            }
            match status {
                WaitStatus::StillAlive => {
                    self.release(false);
                    std::thread::yield_now();
                }
                WaitStatus::Exited(pid, code) => {
                    watchdog.remove(pid);
                    self.left(pid, Some(code), None);
                }
                WaitStatus::Signaled(pid, signal, _) => {
                    watchdog.remove(pid);
                    self.left(pid, None, Some(signal));
                }
                WaitStatus::PtraceSyscall(pid) => {
                    self.release(true);
                    if self.stopped_at_call(pid) == Next::Resume {
                        resume(pid, None);
                    }
                }
                WaitStatus::PtraceEvent(pid, _, event) => {
                    if event == libc::PTRACE_EVENT_EXEC {
                        self.executed(pid);
                    }
                    resume(pid, None);
                }
                // A new thread starts with SIGSTOP.
                WaitStatus::Stopped(pid, Signal::SIGSTOP | Signal::SIGTRAP) => resume(pid, None),
                WaitStatus::Stopped(pid, signal) => resume(pid, Some(signal)),
                WaitStatus::Continued(_) => {}
            }
        }
    }

    fn executed(&mut self, pid: Pid) {
        let connections = std::mem::take(&mut self.tasks.process(pid).connections);
        self.tasks.executed(pid);
        self.tasks.process(pid).connections = connections;
        // The thread that called has the number of the process now.
        self.tasks.task(pid).inside = Some(Inside { number: libc::SYS_execve, result: None, kills: false });
    }

    fn left(&mut self, pid: Pid, code: Option<i32>, signal: Option<Signal>) {
        self.tasks.remove(pid);
        if self.held.is_some_and(|(held, _)| held == pid) {
            self.held = None;
        }
        if pid == self.root {
            (self.ended.code, self.ended.signal) = (code, signal);
        }
    }

    /// Lets the held thread go if the others have moved on, or if none of them can.
    fn release(&mut self, moved: bool) {
        let Some((pid, left)) = &mut self.held else { return };
        *left -= u32::from(moved);
        let pid = *pid;
        let others = || self.tasks.threads.keys().filter(|other| **other != pid.as_raw());
        if *left == 0 || (!moved && others().all(|other| tasks::sleeps(*other))) {
            self.held = None;
            resume(pid, None);
        }
    }

    fn stopped_at_call(&mut self, pid: Pid) -> Next {
        // Dead already: nothing to do.
        let Ok(registers) = ptrace::getregs(pid) else { return Next::Resume };
        match self.tasks.task(pid).inside.take() {
            Some(inside) => {
                self.end_of(pid, &inside, registers);
                Next::Resume
            }
            None => self.start_of(pid, registers),
        }
    }

    fn start_of(&mut self, pid: Pid, registers: user_regs_struct) -> Next {
        let number = registers.orig_rax.cast_signed();
        self.tasks.task(pid).inside = Some(Inside { number, result: None, kills: false });
        let arguments =
            [registers.rdi, registers.rsi, registers.rdx, registers.r10, registers.r8, registers.r9];
        if !self.tasks.process(pid).counts {
            // The loader's last step; from there on it is the program.
            if number == libc::SYS_munmap && tasks::is_gom(pid) {
                self.tasks.process(pid).counts = true;
            }
            return Next::Resume;
        }
        if number == libc::SYS_close {
            let process = self.tasks.process(pid);
            process.connections.remove(&arguments[0]);
            process.locks.remove(&arguments[0]);
        }
        let tasks = std::cell::RefCell::new(&mut self.tasks);
        let Some(call) = Call::of(number, arguments, |file| tasks.borrow_mut().handled(pid, file)) else {
            return Next::Resume;
        };
        if call.kind == CallKind::Spawn {
            self.tasks.process(pid).spawns += 1;
        }
        self.ended.calls += 1;
        self.ended.changes += u64::from(call.changes());
        if let Some(answer) = self.lie(pid, &call) {
            self.answer(pid, registers, answer);
            return Next::Resume;
        }
        if call.changes() && self.plan.stops.contains(&self.ended.changes) {
            (self.plan.on_stop)(self.ended.changes);
        }
        self.do_fault(pid, &call, registers)
    }

    /// What a call that is left out returns.
    fn lie(&mut self, pid: Pid, call: &Call) -> Option<i64> {
        let lies = self.plan.lies;
        match call.kind {
            CallKind::Flush if lies.flush => Some(0),
            CallKind::Rename if lies.rename => Some(0),
            // gom notices a lock that everybody gets, so its own process does not get it twice.
            CallKind::Lock if lies.lock => {
                let is_free = call.file.is_some_and(|file| self.tasks.lock(pid, file));
                Some(if is_free { 0 } else { -i64::from(libc::EWOULDBLOCK) })
            }
            _ => None,
        }
    }

    /// Does what the plan says about this call.
    fn do_fault(&mut self, pid: Pid, call: &Call, registers: user_regs_struct) -> Next {
        let Some(fault) = self.plan.fault else { return Next::Resume };
        let count = if fault.kind.needs_change() { self.ended.changes } else { self.ended.calls };
        let is_now = self.ended.hit.is_none()
            && count >= fault.at
            && (!fault.kind.needs_change() || call.changes())
            && (fault.kind != FaultKind::Error || count == fault.at);
        if is_now {
            self.ended.hit = Some(format!("{} ({}, {count})", tasks::describe(pid, call), fault.kind.name()));
            self.lasting = true;
        }
        match fault.kind {
            FaultKind::KillBefore if is_now => {
                self.answer(pid, registers, -i64::from(libc::EINTR));
                self.signal(Signal::SIGKILL);
            }
            FaultKind::KillAfter if is_now => {
                if let Some(inside) = &mut self.tasks.task(pid).inside {
                    inside.kills = true;
                }
            }
            FaultKind::Signal(signal) if is_now => self.signal(signal),
            FaultKind::Error if is_now && self.is_spared(pid, call) => self.ended.hit = None,
            FaultKind::Error if is_now => {
                let errors = call.errors();
                let choice = usize::try_from(self.plan.choice).unwrap_or_default() % errors.len();
                self.fail(pid, registers, errors[choice]);
            }
            FaultKind::Full if self.lasting && call.grows() => self.fail(pid, registers, Errno::ENOSPC),
            FaultKind::ReadOnly if self.lasting && call.writes() && call.kind != CallKind::Write => {
                self.fail(pid, registers, Errno::EROFS);
            }
            FaultKind::Delay if is_now => {
                self.held = Some((pid, OTHERS_MOVE));
                return Next::Hold;
            }
            _ => {}
        }
        Next::Resume
    }

    /// Whether an error of this call is not tried. gom tries whether the system gives it the first thread and the files
    /// that its runtime needs. That the system gives them to the trial and then refuses them to the runtime, which
    /// panics, is left out.
    fn is_spared(&mut self, pid: Pid, call: &Call) -> bool {
        let is_of_runtime = ["epoll_create1", "eventfd2", "socketpair"].contains(&call.name);
        is_of_runtime || (call.kind == CallKind::Spawn && self.tasks.process(pid).spawns == 2)
    }

    fn fail(&mut self, pid: Pid, registers: user_regs_struct, error: Errno) {
        if let Some(hit) = &mut self.ended.hit
            && !hit.contains(" = ")
        {
            let _ = write!(hit, " = {error:?}");
        }
        self.answer(pid, registers, -i64::from(error as i32));
    }

    /// The call does not happen, and returns this.
    fn answer(&mut self, pid: Pid, mut registers: user_regs_struct, result: i64) {
        registers.orig_rax = u64::MAX;
        if ptrace::setregs(pid, registers).is_ok()
            && let Some(inside) = &mut self.tasks.task(pid).inside
        {
            inside.result = Some(result);
        }
    }

    fn end_of(&mut self, pid: Pid, inside: &Inside, mut registers: user_regs_struct) {
        if let Some(result) = inside.result {
            registers.rax = result.cast_unsigned();
            let _ = ptrace::setregs(pid, registers);
        }
        if inside.number == libc::SYS_socket
            && matches!(i32::try_from(registers.rdi), Ok(libc::AF_INET | libc::AF_INET6))
        {
            self.tasks.process(pid).connections.insert(registers.rax);
        }
        if inside.kills {
            self.signal(Signal::SIGKILL);
        }
    }

    /// Sends a signal to the program and its children.
    fn signal(&self, signal: Signal) {
        let _ = killpg(self.root, signal);
    }
}

/// Lets a thread run to its next stop. One that was killed meanwhile has none.
fn resume(pid: Pid, signal: Option<Signal>) {
    let _ = ptrace::syscall(pid, signal);
}
