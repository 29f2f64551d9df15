"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { InvitationLine } from "../people/links.ts";
import { roles } from "../people/role.ts";
import type { UserLine } from "../people/users.ts";
import { api } from "./api-client.ts";
import { Button } from "./button.tsx";
import { DataTable } from "./data-table.tsx";
import { FailureNote } from "./failure-note.tsx";
import { SelectField } from "./fields.tsx";
import { OneTimeSecret } from "./one-time-secret.tsx";
import styles from "./people-table.module.css";
import { useAction } from "./use-action.ts";

/** Who has an account or an invitation, and what may be done about it. */
export function PeopleTable({ self, users, invitations }: { self: string; users: readonly UserLine[]; invitations: readonly InvitationLine[] }) {
  const [link, setLink] = useState<{ name: string; text: string }>();
  const router = useRouter();
  const { run, isRunning, failure } = useAction();
  const act = (work: () => Promise<unknown>) =>
    void run(async () => {
      await work();
      router.refresh();
    });
  return (
    <div className={styles.people}>
      <FailureNote failure={failure} />
      {link && <OneTimeSecret label={`the link for ${link.name}`} text={link.text} note={`${link.name} chooses a new password with it, once, within a day.`} />}
      <DataTable
        caption="People"
        columns={["Name", "Role", "Last seen", ""]}
        rows={users.map(({ id, name, email, role, isDisabled, lastSeenAt }) => ({
          key: id,
          cells: [
            <>
              {name} {id === self && <span className={styles.note}>you</span>} {isDisabled && <span className={styles.disabled}>disabled</span>}
              <small>{email}</small>
            </>,
            <SelectField
              key="role"
              label={`Role of ${name}`}
              isLabelHidden
              value={role}
              options={roles}
              disabled={isRunning}
              onChange={(wanted) => act(() => api.people.setRole.mutate({ userId: id, role: wanted }))}
            />,
            lastSeenAt,
            <div key="actions" className={styles.actions}>
              <Button
                kind="quiet"
                aria-label={`New password for ${name}`}
                onClick={() => act(async () => setLink({ name, text: `${window.location.origin}${(await api.people.newPassword.mutate({ email })).path}` }))}
              >
                New password
              </Button>
              <Button
                kind="quiet"
                aria-label={`${isDisabled ? "Enable" : "Disable"} ${name}`}
                onClick={() => act(() => api.people.setDisabled.mutate({ userId: id, isDisabled: !isDisabled }))}
              >
                {isDisabled ? "Enable" : "Disable"}
              </Button>
            </div>,
          ],
        }))}
      />
      {invitations.length > 0 && (
        <>
          <h2>Invitations</h2>
          <DataTable
            caption="Invitations that wait for an answer"
            columns={["Address", "Role", "Works until", ""]}
            rows={invitations.map(({ id, email, role, expiresAt }) => ({
              key: String(id),
              cells: [
                email,
                role,
                expiresAt,
                <Button
                  key="cancel"
                  kind="quiet"
                  aria-label={`Take back the invitation of ${email}`}
                  onClick={() => act(() => api.people.cancelInvitation.mutate({ id }))}
                >
                  Take back
                </Button>,
              ],
            }))}
          />
        </>
      )}
    </div>
  );
}
