import { parse, TenfoldError } from "@tenfold/catalog";
import { z } from "zod";
import { corsHeaders } from "../http/cors.ts";
import { problemResponse } from "../http/problem-response.ts";
import { compatibilityDocument } from "../matrix/matrix-cell.ts";
import { matrixFilters } from "../matrix/matrix-query.ts";
import { askedDevices, askedRows, publishedMatrix } from "../matrix/published-matrix.ts";
import type { PublicRoute } from "./public-route.ts";

const columns = [
  "model",
  "variant",
  "framework",
  "device",
  "contextSize",
  "verdict",
  "neededBytes",
  "budgetBytes",
  "decodeTokensPerSecond",
  "speedBasis",
  "reasons",
] as const;
const rowsAtOnce = 200;

/** All that a filter of the matrix leaves, as a table for spreadsheets or a list for programs, written while it is read. */
export const matrixExportRoute: PublicRoute = {
  path: /^\/api\/v1\/compatibility\.(?<kind>csv|json)$/,
  name: "/api/v1/compatibility.{kind}",
  async answer(request, match, { database }) {
    try {
      const given = Object.fromEntries(new URL(request.url).searchParams);
      const query = parse(z.strictObject(matrixFilters), given, "request", "invalid-input");
      const matrix = await publishedMatrix(database);
      const devices = askedDevices(matrix, query.device);
      const rows = await askedRows(database, matrix, query);
      const isCsv = match.groups?.kind === "csv";
      const texts = function* () {
        yield isCsv ? `${columns.join(",")}\r\n` : "[";
        for (let start = 0; start < rows.length; start += rowsAtOnce) {
          const documents = rows.slice(start, start + rowsAtOnce).flatMap((row) => devices.map((device) => compatibilityDocument(row, device, query)));
          yield isCsv ? documents.map(csvLine).join("") : `${start === 0 ? "" : ","}\n${documents.map((one) => JSON.stringify(one)).join(",\n")}`;
        }
        if (!isCsv) yield "\n]\n";
      };
      const encoder = new TextEncoder();
      const pieces = texts();
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          const { value, done } = pieces.next();
          if (done) controller.close();
          else controller.enqueue(encoder.encode(value));
        },
      });
      return new Response(request.method === "HEAD" ? null : body, {
        headers: {
          ...corsHeaders,
          "content-type": isCsv ? "text/csv; charset=utf-8" : "application/json",
          "content-disposition": `attachment; filename="compatibility.${isCsv ? "csv" : "json"}"`,
          "cache-control": "no-cache",
        },
      });
    } catch (error) {
      if (TenfoldError.is(error, "invalid-input")) return problemResponse(400, error.code, error.message);
      throw error;
    }
  },
};

function csvLine(document: ReturnType<typeof compatibilityDocument>): string {
  const { speed, reasons } = document;
  const values: Record<(typeof columns)[number], unknown> = {
    ...document,
    ...{ neededBytes: document.neededBytes ?? "", budgetBytes: document.budgetBytes ?? "", reasons: reasons.join(" ") },
    decodeTokensPerSecond: speed ? speed.decodeTokensPerSecond.toFixed(2) : "",
    speedBasis: speed?.basis ?? "",
  };
  return `${columns.map((name) => csvField(String(values[name]))).join(",")}\r\n`;
}

/** Quoted where it must be (RFC 4180); what a spreadsheet would take for a formula is text. */
function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
