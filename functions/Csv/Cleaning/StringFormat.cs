using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Checks the formats that a string may have.</summary>
internal abstract class StringFormat
{
    public const string Allowed = "default, email, uri, uuid, binary";

    public static bool IsKnown(string format) => format is SchemaField.DefaultFormat or "email" or "uri" or "uuid" or "binary";

    /// <returns>Null where every text will do.</returns>
    public static StringFormat? Find(SchemaField field) => field.Type != FieldType.String ? null : field.Format switch
    {
        "email" => new Email(),
        "uri" => new AbsoluteUri(),
        "uuid" => new Uuid(),
        "binary" => new Binary(),
        _ => null,
    };

    public abstract bool IsMatch(ReadOnlySpan<byte> text);

    // What mail servers agree on: one @, a local part without spaces, a dotted or plain host of letters, digits and hyphens.
    private sealed class Email : StringFormat
    {
        private static readonly SearchValues<byte> NotLocal = SearchValues.Create(" \t\r\n\"(),:;<>[\\]@"u8);

        public override bool IsMatch(ReadOnlySpan<byte> text)
        {
            var at = text.LastIndexOf((byte)'@');
            if (at is < 1 or > 64 || text.Length - at > 254) return false;
            var local = text[..at];
            if (local.ContainsAny(NotLocal) || local[0] == '.' || local[^1] == '.' || local.IndexOf(".."u8) >= 0) return false;
            var host = text[(at + 1)..];
            foreach (var range in host.Split((byte)'.'))
            {
                var label = host[range];
                if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-') return false;
                foreach (var c in label)
                {
                    if (c < 0x80 && c != '-' && !char.IsAsciiLetterOrDigit((char)c)) return false;
                }
            }

            return true;
        }
    }

    private sealed class AbsoluteUri : StringFormat
    {
        public override bool IsMatch(ReadOnlySpan<byte> text)
        {
            var colon = text.IndexOf((byte)':');
            if (colon < 1 || !char.IsAsciiLetter((char)text[0]) || text.Length > 65_000) return false;
            foreach (var c in text[..colon])
            {
                if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'+' or (byte)'-' or (byte)'.')) return false;
            }

            return text.IndexOfAnyInRange((byte)0, (byte)' ') < 0 && Uri.TryCreate(Encoding.UTF8.GetString(text), UriKind.Absolute, out _);
        }
    }

    private sealed class Uuid : StringFormat
    {
        public override bool IsMatch(ReadOnlySpan<byte> text) =>
            text.Length == 36 && Utf8Parser.TryParse(text, out Guid _, out var read, 'D') && read == 36;
    }

    private sealed class Binary : StringFormat
    {
        public override bool IsMatch(ReadOnlySpan<byte> text) => Base64.IsValid(text);
    }
}
