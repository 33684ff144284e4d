//! Nothing: the softswitch is an example, and a package needs a library or a program.
