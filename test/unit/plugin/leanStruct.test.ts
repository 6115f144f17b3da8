import fc from 'fast-check';
import { makeLean } from '../../../plugin/lean-struct';

/** A message of the library, as far as it is used here. */
interface StructMessage {
  toJavaScript(): unknown;
  serializeBinary(): Uint8Array;
  getFieldsMap(): { get(key: string): { toJavaScript(): unknown } | undefined; getLength(): number };
}
interface StructClass {
  new (): StructMessage;
  fromJavaScript: (value: unknown) => StructMessage;
  deserializeBinary: (bytes: Uint8Array) => StructMessage;
}

/** A copy of the library of its own: one is made lean, the other stays as it is. */
function copyOfTheLibrary(): { Struct: StructClass } {
  let copy: unknown;
  jest.isolateModules(() => {
    copy = jest.requireActual('google-protobuf/google/protobuf/struct_pb');
  });
  return copy as { Struct: StructClass };
}

const plain = copyOfTheLibrary();
const lean = copyOfTheLibrary();
makeLean(lean);

// The library itself loses a key called __proto__ when it reads; what becomes of it here has a test of its own.
const values = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))
  .filter((value) => !/-0|"__proto__":/.test(JSON.stringify(value)));

describe('a lean Struct', () => {
  it('is another class than the plain one, so that the two are really compared', () => {
    expect(lean.Struct).not.toBe(plain.Struct);
    expect(lean.Struct.fromJavaScript).not.toBe(plain.Struct.fromJavaScript);
  });

  it('reads what the library writes, and the library reads what it writes', () => {
    fc.assert(
      fc.property(values, (value) => {
        const theirs = plain.Struct.fromJavaScript(value).serializeBinary();
        expect(lean.Struct.deserializeBinary(theirs).toJavaScript()).toEqual(value);
        const ours = lean.Struct.fromJavaScript(value).serializeBinary();
        expect(plain.Struct.deserializeBinary(ours).toJavaScript()).toEqual(value);
      }),
      { examples: [[{}], [{ a: null, b: [], c: {}, d: [[], {}, null, [1, 'x', true]] }], [{ '': '' }]] },
    );
  });

  it('keeps a key called __proto__ a key', () => {
    const value = JSON.parse('{"__proto__": {"a": 1}}') as object;
    const bytes = lean.Struct.fromJavaScript(value).serializeBinary();
    const read = lean.Struct.deserializeBinary(bytes).toJavaScript() as object;
    expect(Object.keys(read)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it('gives its fields as messages to who asks for them, and is written with what they became', () => {
    const message = lean.Struct.fromJavaScript({ a: 1, b: { c: ['x'] } });
    const fields = message.getFieldsMap();
    expect(fields.getLength()).toBe(2);
    expect(fields.get('b')?.toJavaScript()).toEqual({ c: ['x'] });
    (fields as unknown as { del(key: string): void }).del('a');
    expect(message.toJavaScript()).toEqual({ b: { c: ['x'] } });
    expect(plain.Struct.deserializeBinary(message.serializeBinary()).toJavaScript()).toEqual({
      b: { c: ['x'] },
    });
  });

  it('refuses what no property can be', () => {
    expect(() => lean.Struct.fromJavaScript({ a: () => 1 }).serializeBinary()).toThrow(
      "a function cannot be part of a resource's properties",
    );
  });

  it('is made so once', () => {
    const before = lean.Struct.fromJavaScript;
    makeLean(lean);
    expect(lean.Struct.fromJavaScript).toBe(before);
  });
});
