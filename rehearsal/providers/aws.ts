/** AWS: resources return their inputs; look-ups are answered from rehearsal/data/aws.json. */
import * as fs from "node:fs";
import * as path from "node:path";

import { plain, type Values } from "../values";
import { digest, EchoProvider, type EchoType } from "./echo";
import type { ProviderContext } from "./provider";

/** The AWS account of a rehearsal. */
export const ACCOUNT = "000000000000";

/** The content of rehearsal/data/aws.json. */
export interface AwsData {
    readonly region: string;
    /** By region, then `<service code>/<quota code>`. */
    readonly quotas: Readonly<Record<string, Readonly<Record<string, { readonly name: string; readonly value: number }>>>>;
    /** By region: instance types, and the zones that offer them. */
    readonly offerings: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

let data: AwsData | undefined;

function awsData(): AwsData {
    return (data ??= JSON.parse(fs.readFileSync(path.join(__dirname, "..", "data", "aws.json"), "utf8")) as AwsData);
}

const TYPES: Readonly<Record<string, EchoType>> = {
    "aws:s3/bucket:Bucket": {
        id: (i, s) => String(i.bucket ?? `${s.name}-${digest(s.urn, 7)}`),
        computed: (_i, id) => ({ bucket: id, arn: `arn:aws:s3:::${id}`, bucketDomainName: `${id}.s3.amazonaws.com` }),
        replaces: [".bucket"],
    },
    "aws:s3/bucketV2:BucketV2": {
        id: (i, s) => String(i.bucket ?? `${s.name}-${digest(s.urn, 7)}`),
        computed: (_i, id) => ({ bucket: id, arn: `arn:aws:s3:::${id}` }),
        replaces: [".bucket"],
    },
    "aws:iam/role:Role": {
        id: (i, s) => String(i.name ?? `${s.name}-${digest(s.urn, 7)}`),
        computed: (_i, id) => ({
            name: id,
            arn: `arn:aws:iam::${ACCOUNT}:role/${id}`,
            uniqueId: `AROA${digest(id, 16).toUpperCase()}`,
        }),
        replaces: [".name"],
    },
    "aws:iam/policy:Policy": {
        id: (i, s) => `arn:aws:iam::${ACCOUNT}:policy/${i.name ?? s.name}`,
        computed: (i, id, s) => ({ arn: id, name: i.name ?? s.name }),
        replaces: [".name"],
    },
    "aws:iam/user:User": {
        id: (i, s) => String(i.name ?? s.name),
        computed: (_i, id) => ({ name: id, arn: `arn:aws:iam::${ACCOUNT}:user/${id}` }),
        replaces: [".name"],
    },
    "aws:iam/accessKey:AccessKey": {
        id: (_i, s) => `AKIA${digest(s.urn, 16).toUpperCase()}`,
        computed: (_i, _id, s) => ({ secret: digest(`secret ${s.urn}`, 40), status: "Active" }),
    },
    "aws:rds/instance:Instance": {
        id: (i, s) => String(i.identifier ?? `${s.name}-${digest(s.urn, 7)}`),
        computed: (i, id) => ({
            identifier: id,
            address: `${id}.${digest(id, 12)}.${awsData().region}.rds.amazonaws.com`,
            endpoint: `${id}.${digest(id, 12)}.${awsData().region}.rds.amazonaws.com:${i.port ?? 5432}`,
            port: i.port ?? 5432,
        }),
        replaces: [".identifier", ".engine"],
    },
};

/** The provider of AWS. */
export class AwsProvider extends EchoProvider {
    constructor(context: ProviderContext) {
        super(context, TYPES);
    }

    override invoke(token: string, args: Values, config: Values): Promise<Values> {
        try {
            return Promise.resolve(answer(token, plain(args), String(plain(config["region"] ?? null) ?? awsData().region)));
        } catch (e) {
            return Promise.reject(e as Error);
        }
    }
}

function answer(token: string, args: any, configured: string): Values {
    const region = String(args.region ?? configured);
    switch (token) {
        case "aws:servicequotas/getServiceQuota:getServiceQuota":
            return quota(args, region);
        case "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings":
            return offerings(args, region);
        case "aws:index/getRegion:getRegion":
            return { id: region, region, name: region, description: region, endpoint: `ec2.${region}.amazonaws.com` };
        case "aws:index/getCallerIdentity:getCallerIdentity":
            return { id: ACCOUNT, accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/rehearsal`, userId: "rehearsal" };
        case "aws:index/getPartition:getPartition":
            return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
        case "aws:index/getAvailabilityZones:getAvailabilityZones": {
            const names = [...new Set(Object.values(awsData().offerings[region] ?? {}).flat())].sort();
            return { id: region, names, zoneIds: names, groupNames: [region] };
        }
        default:
            throw new Error(`a rehearsal has no answer to ${token}`);
    }
}

function quota(args: any, region: string): Values {
    const quotas = awsData().quotas[region];
    if (quotas === undefined) {
        throw new Error(`no quotas are known of the region ${region}; known are ${Object.keys(awsData().quotas).join(", ")}`);
    }
    const code =
        args.quotaCode !== undefined
            ? `${args.serviceCode}/${args.quotaCode}`
            : Object.keys(quotas).find((k) => k.startsWith(`${args.serviceCode}/`) && quotas[k]!.name === args.quotaName);
    const found = code === undefined ? undefined : quotas[code];
    if (found === undefined) {
        throw new Error(
            `reading Service Quotas (${args.serviceCode}/${args.quotaCode ?? args.quotaName}): no such quota is known of ${region}`,
        );
    }
    const [serviceCode, quotaCode] = code!.split("/") as [string, string];
    return {
        id: `arn:aws:servicequotas:${region}:${ACCOUNT}:${code}`,
        arn: `arn:aws:servicequotas:${region}:${ACCOUNT}:${code}`,
        serviceCode,
        serviceName: serviceCode,
        quotaCode,
        quotaName: found.name,
        value: found.value,
        defaultValue: found.value,
        adjustable: true,
        globalQuota: false,
        region,
    };
}

function offerings(args: any, region: string): Values {
    const all = Object.entries(awsData().offerings[region] ?? {}).flatMap(([type, zones]) =>
        args.locationType === "availability-zone"
            ? zones.map((zone) => ({ type, location: zone }))
            : [{ type, location: region }],
    );
    const wanted = (name: string): ((value: string) => boolean) => {
        const filters = ((args.filters ?? []) as { name: string; values: string[] }[]).filter((f) => f.name === name);
        return (value) =>
            filters.every((f) =>
                f.values.some((v) => new RegExp(`^${v.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`).test(value)),
            );
    };
    const found = all
        .filter((o) => wanted("instance-type")(o.type) && wanted("location")(o.location))
        .sort((a, b) => (a.type + a.location < b.type + b.location ? -1 : 1));
    return {
        id: region,
        instanceTypes: found.map((o) => o.type),
        locations: found.map((o) => o.location),
        locationTypes: found.map(() => String(args.locationType ?? "region")),
        ...(args.filters !== undefined && { filters: args.filters }),
        ...(args.locationType !== undefined && { locationType: args.locationType }),
        region,
    };
}
