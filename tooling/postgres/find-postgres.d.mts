/** The folder with PostgreSQL's server programs, or undefined. Debian keeps them off PATH, a folder for each version. */
export function findPostgres(): string | undefined;
