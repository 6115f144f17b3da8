/** gRPC's framing of messages [grpc/grpc doc/PROTOCOL-HTTP2.md]: one byte of flags, four of length, the message. */
const headBytes = 5;

export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.alloc(headBytes + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, headBytes);
  return framed;
}

/** The first message of a body; undefined where none is whole. */
export function firstMessage(body: Buffer): Buffer | undefined {
  if (body.length < headBytes) return undefined;
  const end = headBytes + body.readUInt32BE(1);
  return body.length < end ? undefined : body.subarray(headBytes, end);
}

/** Field 536,870,911, the highest that a message can have, as bytes of a length that follows. */
const tag = Buffer.from([0xfa, 0xff, 0xff, 0xff, 0x0f]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/**
 * A message that is valid for every type: all its fields have their defaults, and the text is in one that no type
 * declares, which readers skip.
 */
export function anyMessage(text: string): Buffer {
  const content = Buffer.from(text, 'utf8');
  return Buffer.concat([tag, varint(content.length), content]);
}

/** The text of `anyMessage`; undefined for any other message. */
export function textOf(message: Buffer): string | undefined {
  if (!message.subarray(0, tag.length).equals(tag)) return undefined;
  let at = tag.length;
  while ((message[at] ?? 0) >= 0x80) at += 1;
  return message.subarray(at + 1).toString('utf8');
}
