//! A worker makes no system call but its sleep, whatever the host does meanwhile.
//!
//! Each worker thread puts itself under a seccomp filter that traps every system call except
//! `clock_nanosleep`. The trap's handler notes the call's number and then makes the call itself, from
//! the one instruction that the filter lets through, so that nothing is disturbed: also the end of
//! the thread, whose calls are no longer noted, works as ever.
//!
//! Needs Linux on x86-64 and a kernel that grants seccomp; otherwise it says so and passes.
#![allow(unsafe_code, reason = "the attack needs the system itself")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a skipped test says why")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "test threads, not workers")]
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod common_hostile;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::SeqCst};
use std::{mem, ptr, thread};

use common_hostile::busy::busy_day;
use media_core::{EngineConfig, MediaEngine};

/// Calls noted, by number.
static CALLS: [AtomicU64; 512] = [const { AtomicU64::new(0) }; 512];
/// Calls are noted. Cleared before the workers are told to end.
static NOTING: AtomicBool = AtomicBool::new(true);
/// Threads that took the filter on, and the last refusal.
static FILTERED: AtomicU64 = AtomicU64::new(0);
static REFUSED: AtomicI64 = AtomicI64::new(0);

std::arch::global_asm!(
    ".globl hostile_call",
    ".globl hostile_call_made",
    "hostile_call:", // (number, arguments) -> result
    "mov rax, rdi",
    "mov r11, rsi",
    "mov rdi, [r11]",
    "mov rdx, [r11 + 16]",
    "mov r10, [r11 + 24]",
    "mov r8, [r11 + 32]",
    "mov r9, [r11 + 40]",
    "mov rsi, [r11 + 8]",
    "syscall",
    "hostile_call_made:",
    "ret",
);

unsafe extern "C" {
    fn hostile_call(number: i64, arguments: *const i64) -> i64;
    fn hostile_call_made();
}

/// Runs on the thread whose call was trapped: notes it, makes it, and gives its result.
extern "C" fn on_trap(_signal: i32, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel gives both for SA_SIGINFO; for SIGSYS `si_syscall` stands 24 bytes into `siginfo_t`
    // (16 of header, the call's address), and the arguments are in the registers of the x86-64 ABI.
    unsafe {
        let number = info.cast::<u8>().add(24).cast::<i32>().read();
        if NOTING.load(SeqCst) {
            CALLS[(number as usize).min(511)].fetch_add(1, SeqCst);
        }
        let registers = &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs;
        let names = [libc::REG_RDI, libc::REG_RSI, libc::REG_RDX, libc::REG_R10, libc::REG_R8, libc::REG_R9];
        let arguments = names.map(|name| registers[name as usize]);
        registers[libc::REG_RAX as usize] = hostile_call(i64::from(number), arguments.as_ptr());
    }
}

/// Puts the calling thread under the filter; errors are the system's.
fn filter_this_thread() -> Result<(), i64> {
    const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
    const EQUAL: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
    const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;
    const AUDIT_ARCH_X86_64: u32 = 0xc000_003e;
    // Offsets in `struct seccomp_data`: number, architecture, instruction pointer (low, high).
    const NUMBER: u32 = 0;
    const ARCH: u32 = 4;
    const LOW: u32 = 8;
    const HIGH: u32 = 12;
    let made = hostile_call_made as *const () as usize as u64;
    let op = |code, k, jt, jf| libc::sock_filter { code, jt, jf, k };
    let mut program = [
        op(LOAD, ARCH, 0, 0),
        op(EQUAL, AUDIT_ARCH_X86_64, 0, 7),
        op(LOAD, NUMBER, 0, 0),
        op(EQUAL, libc::SYS_clock_nanosleep as u32, 6, 0),
        op(EQUAL, libc::SYS_rt_sigreturn as u32, 5, 0), // the handler's own end
        op(LOAD, LOW, 0, 0),
        op(EQUAL, made as u32, 0, 2),
        op(LOAD, HIGH, 0, 0),
        op(EQUAL, (made >> 32) as u32, 1, 0),
        op(RETURN, libc::SECCOMP_RET_TRAP, 0, 0),
        op(RETURN, libc::SECCOMP_RET_ALLOW, 0, 0),
    ];
    let program = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    // SAFETY: the handler is async-signal-safe (atomics and one call); the program lives across the calls.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_sigaction = on_trap as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_NODEFER;
        if libc::sigaction(libc::SIGSYS, &action, ptr::null_mut()) != 0
            || libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
            || libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program) != 0
        {
            return Err(i64::from(std::io::Error::last_os_error().raw_os_error().unwrap_or(-1)));
        }
    }
    Ok(())
}

fn noted() -> Vec<(usize, u64)> {
    let counts = CALLS.iter().enumerate().map(|(number, count)| (number, count.load(SeqCst)));
    counts.filter(|(_, count)| *count > 0).collect()
}

/// Whether the filter can be had here, and sees what it should see.
fn filter_works() -> bool {
    let seen = thread::spawn(|| {
        if let Err(error) = filter_this_thread() {
            println!("skipped: this system grants no seccomp filter (error {error})");
            return false;
        }
        // SAFETY: takes no argument.
        let parent = unsafe { libc::syscall(libc::SYS_getppid) };
        assert!(parent >= 0, "a call that is noted is made all the same");
        true
    });
    if !seen.join().expect("the filtered thread ends as ever") {
        return false;
    }
    let calls = CALLS[libc::SYS_getppid as usize].load(SeqCst);
    assert_eq!(calls, 1, "the filter notes what a thread calls");
    CALLS.iter().for_each(|count| count.store(0, SeqCst));
    true
}

#[test]
fn a_worker_makes_no_system_call_but_its_sleep() {
    if !filter_works() {
        return;
    }
    let hook = Arc::new(|_| match filter_this_thread() {
        Ok(()) => drop(FILTERED.fetch_add(1, SeqCst)),
        Err(error) => REFUSED.store(error, SeqCst),
    });
    // The test keeps the hook, so that no worker is the one to free it.
    let config = EngineConfig::new().workers(2).max_sessions(16).on_worker_start(hook.clone());
    let mut engine = MediaEngine::start(config).expect("starts");
    let (answered, sent) = busy_day(&mut engine, 8);
    let telemetry = engine.control().telemetry();
    NOTING.store(false, SeqCst);
    let noted = noted();
    assert!(engine.stop().reclaimed);
    drop(hook);
    assert_eq!((FILTERED.load(SeqCst), REFUSED.load(SeqCst)), (2, 0), "both workers ran under the filter");
    assert!(answered > 100 && sent > 100, "{answered} operations, {sent} datagrams: the host was busy");
    assert!(telemetry.workers.iter().all(|w| w.busy.count() > 50), "both workers ticked");
    let clock = libc::SYS_clock_gettime as usize;
    let forbidden: Vec<_> = noted.iter().filter(|(number, _)| *number != clock).collect();
    assert!(forbidden.is_empty(), "system calls of a worker, as (number, times): {forbidden:?}");
    if let Some((_, times)) = noted.first() {
        println!("clock_gettime is a system call on this machine, without a vDSO clock: {times} times");
    }
    println!("{answered} operations and {sent} datagrams without a system call but the sleep");
}
