// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Node's PassThrough. Usage: handoff.mjs ROUNDS MILLISECONDS
import { once } from 'node:events';
import { PassThrough } from 'node:stream';

const window = 64 * 1024;

async function pass(size, count) {
    const chunk = Buffer.alloc(size, 'x');
    const stream = new PassThrough({ highWaterMark: window });
    const produce = async () => {
        for (let i = 0; i < count; ++i)
            if (!stream.write(Buffer.from(chunk)))
                await once(stream, 'drain');
        stream.end();
    };
    const producing = produce();
    let left = size * count;
    for await (const piece of stream)
        left -= piece.length;
    await producing;
    if (left !== 0)
        throw new Error('bytes were lost');
}

async function microseconds(size, count) {
    const before = process.cpuUsage();
    await pass(size, count);
    const used = process.cpuUsage(before);
    return used.user + used.system;
}

const [rounds, milliseconds] = process.argv.slice(2).map(Number);
for (const size of [64, 1024, 16384]) {
    let count = 64;
    while (await microseconds(size, count) < milliseconds * 1000)
        count *= 2;
    for (let i = 0; i < rounds; ++i)
        console.log(JSON.stringify({
            chunk: String(size), form: 'Node PassThrough', style: 'trying coroutine',
            nanoseconds: [await microseconds(size, count) * 1000 / count] }));
}
