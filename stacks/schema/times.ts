/** Times and days in settings. */
import { z } from "zod";

/** A time that a stack file has without quotation marks, as Pulumi gives it to the program: the text of Go's time.Time. */
const READ_BY_PULUMI = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([-+]\d\d)(\d\d) \S+$/;

/** The text in ISO 8601, as it is in the stack file. */
function written(text: string): string {
    return text.replace(READ_BY_PULUMI, (_, date, time, hours, minutes) => {
        const offset = `${hours}:${minutes}`;
        return `${date}T${time}${offset === "+00:00" ? "Z" : offset}`;
    });
}

/** A moment with its time zone, in ISO 8601. With or without quotation marks in the stack file. */
export const moment = z
    .string()
    .overwrite(written)
    .regex(
        /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/,
        "expected a moment with its time zone, such as 2026-12-31T18:00:00Z",
    )
    .refine((text) => !Number.isNaN(Date.parse(text)), "expected a moment that exists, such as 2026-12-31T18:00:00Z");

/** A day (UTC), in ISO 8601. With or without quotation marks in the stack file. */
export const day = z
    .string()
    .overwrite((text) => written(text).replace(/T00:00:00Z$/, ""))
    .regex(/^\d{4}-\d{2}-\d{2}$/, "expected a day such as 2026-06-01")
    .refine((text) => new Date(text).toJSON()?.slice(0, 10) === text, "expected a day of the calendar, such as 2026-06-30");
