import { createDirectory } from '../../server/edge/directory.js'
import { createJournal } from '../../server/edge/journal.js'
import { behindDirectory } from './behind-directory.js'
import { type DirectoryUnderTest, directoryContract } from './directory-contract.js'
import { openPostgres } from './postgres-under-test.js'

const openOnPostgres = async (): Promise<DirectoryUnderTest> => {
  const postgres = await openPostgres()
  return {
    directory: createDirectory(postgres.database),
    journal: createJournal(postgres.database, postgres.log),
    ...behindDirectory(postgres),
    goAway: postgres.goAway,
    comeBack: postgres.comeBack,
    close: postgres.close,
  }
}

directoryContract('the directory on PostgreSQL', openOnPostgres)
