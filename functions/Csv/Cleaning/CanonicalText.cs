using System.Diagnostics.CodeAnalysis;
using System.Text;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Brings single values, such as a schema's minimum, into canonical form.</summary>
internal static class CanonicalText
{
    /// <summary>Reads a value in the field's own format or, failing that, in the default one.</summary>
    public static bool TryMake(SchemaField field, string text, [NotNullWhen(true)] out string? canonical) =>
        TryMakeExactly(field, text, out canonical)
        || (field.Type != FieldType.String && TryMakeExactly(new(field.Name, field.Type), text, out canonical));

    private static bool TryMakeExactly(SchemaField field, string text, [NotNullWhen(true)] out string? canonical)
    {
        var bare =
            field with
            {
                Constraints = FieldConstraints.None,
                Clean = [],
                FormulaSafe = false,
                IsExact = false,
                Unit = null,
                Mask = null,
                MissingValues =
                null
            };
        var column = ColumnCleaners.Create(bare, [], CsvOutput.Csv);
        var capture = new Capture();
        canonical = column.Clean(Encoding.UTF8.GetBytes(text), capture, ascii: false) is null ? capture.Text : null;
        return canonical is not null;
    }

    private sealed class Capture : RecordWriter
    {
        public string Text { get; private set; } = "";

        public override int Buffered => 0;

        public override ReadOnlyMemory<byte> Pending => default;

        public override void Begin() => Text = "";

        public override void WriteMissing() => Text = "";

        public override void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe) => Take(utf8);

        public override void WriteInteger(ReadOnlySpan<byte> digits) => Take(digits);

        public override void WriteNumber(ReadOnlySpan<byte> digits) => Take(digits);

        public override void WriteBoolean(bool value) => Text = value ? "true" : "false";

        public override void WriteDate(ReadOnlySpan<byte> iso) => Take(iso);

        public override void WriteTime(ReadOnlySpan<byte> iso) => Take(iso);

        public override void WriteDateTime(ReadOnlySpan<byte> iso) => Take(iso);

        public override void WriteYear(ReadOnlySpan<byte> iso) => Take(iso);

        public override void Commit()
        {
        }

        public override void Rollback() => Text = "";

        public override ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public override void Clear() => Text = "";

        public override ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private void Take(ReadOnlySpan<byte> text) => Text = Encoding.UTF8.GetString(text);
    }
}
