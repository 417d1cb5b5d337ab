// Entry of both launchers in bin/: the first argument says which command is meant.
import { runApiServer } from '../server/main.ts'
import { runDinghy } from './dinghy.ts'

const [command, ...args] = process.argv.slice(2)
process.exitCode = command === 'kube-apiserver' ? await runApiServer(args) : await runDinghy(args)
