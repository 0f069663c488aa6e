import { execFileSync } from 'node:child_process'

/** Compiles `dist` once, for the tests that start the real program (stdio, command line, sockets). */
export function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
}
