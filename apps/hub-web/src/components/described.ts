/** Where one sees what could be imported, or watches the job that reads it first. */
export function described(found: { readonly id: string } | { readonly job: string }): string {
  return "job" in found ? `/curate/jobs/${found.job}` : `/curate/imports/${found.id}`;
}
