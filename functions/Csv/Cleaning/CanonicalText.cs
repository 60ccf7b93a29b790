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

    private sealed class Capture : IRecordWriter
    {
        public string Text { get; private set; } = "";

        public int Buffered => 0;

        public ReadOnlyMemory<byte> Pending => default;

        public void Begin() => Text = "";

        public void WriteMissing() => Text = "";

        public void WriteText(ReadOnlySpan<byte> utf8, bool formulaSafe) => Take(utf8);

        public void WriteInteger(ReadOnlySpan<byte> digits) => Take(digits);

        public void WriteNumber(ReadOnlySpan<byte> digits) => Take(digits);

        public void WriteBoolean(bool value) => Text = value ? "true" : "false";

        public void WriteDate(ReadOnlySpan<byte> iso) => Take(iso);

        public void WriteTime(ReadOnlySpan<byte> iso) => Take(iso);

        public void WriteDateTime(ReadOnlySpan<byte> iso) => Take(iso);

        public void WriteYear(ReadOnlySpan<byte> iso) => Take(iso);

        public void Commit()
        {
        }

        public void Rollback() => Text = "";

        public ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public void Clear() => Text = "";

        public ValueTask CompleteAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private void Take(ReadOnlySpan<byte> text) => Text = Encoding.UTF8.GetString(text);
    }
}
