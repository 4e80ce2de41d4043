/**
 * Reads YAML as Pulumi does. Its parser, gopkg.in/yaml.v3, is neither of YAML 1.1 nor of 1.2: `yes` is a string, `010` is 8, and
 * a bare date is a time. Source: go-yaml/yaml@v3.0.1:resolve.go.
 */
import type { ScalarTag, Tags } from "yaml";

import { lazy } from "../../catalogue/lazy";

const yaml = lazy(() => require("yaml") as typeof import("yaml"));

/** @throws SyntaxError of the library, when the text is not YAML */
export function parseAsPulumi(text: string): unknown {
    // Merge keys: pulumi/pulumi@v3.260.0:sdk/go/common/encoding/marshal.go
    return yaml().parse(text, { merge: true, customTags });
}

/** Before the tags of YAML 1.2, the scalars that Pulumi's parser reads differently. */
function customTags(tags: Tags): Tags {
    return [number, binary, ...tags];
}

const number: ScalarTag = {
    tag: "tag:yaml.org,2002:int",
    default: true,
    test: /^(?:[-+]?\d|\.\d)/,
    resolve: (text) => timeOf(text) ?? numberOf(text) ?? text,
};

const binary: ScalarTag = {
    tag: "tag:yaml.org,2002:binary",
    resolve: (text) => Buffer.from(text, "base64").toString("utf8"),
};

const INTEGER = /^([-+]?)(0x[0-9a-f]+|0o?[0-7]+|0b[01]+|0|[1-9]\d*)$/i;
const FLOAT = /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i;

function numberOf(text: string): number | undefined {
    const plain = text.replace(/_/g, "");
    const [, sign, digits] = INTEGER.exec(plain) ?? [];
    if (digits !== undefined) {
        return Number(digits.replace(/^0(?=[0-7])/, "0o")) * (sign === "-" ? -1 : 1);
    }
    return FLOAT.test(plain) ? Number(plain) : undefined;
}

const TIME = /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt ])(\d\d?):(\d\d?):(\d\d?)(\.\d{1,9})?(Z|[-+]\d\d:\d\d)?)?$/;

/**
 * A bare time becomes the text of Go's time.Time. Source: pulumi/pulumi@v3.260.0:sdk/go/common/resource/config/object.go.
 */
function timeOf(text: string): string | undefined {
    const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone] = TIME.exec(text) ?? [];
    // With a letter between date and time, a zone is required; with a space, none is taken.
    if (year === undefined || (text.length > 10 && /[Tt]/.test(text) !== (zone !== undefined))) {
        return undefined;
    }
    const two = (part: string): string => part.padStart(2, "0");
    const date = `${year}-${two(month!)}-${two(day!)}`;
    const time = `${two(hour)}:${two(minute)}:${two(second)}`;
    const known = new Date(`${date}T${time}Z`);
    if (Number.isNaN(known.getTime()) || known.toISOString().slice(0, 10) !== date) {
        return undefined;
    }
    const offset = zone === undefined || zone === "Z" ? "+0000" : zone.replace(":", "");
    const part = fraction.replace(/\.?0+$/, "");
    return `${date} ${time}${part} ${offset} ${offset === "+0000" ? "UTC" : offset}`;
}
