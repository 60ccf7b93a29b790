using System.Globalization;

namespace Serverless.Local.Screens;

/// <summary>Lines without colours or movement, for a file, a pipe or a log.</summary>
internal sealed class PlainScreen(TextWriter output, TextWriter errors, TimeProvider time, int width = PlainScreen.Endless) : IScreen
{
    /// <summary>Lines of any length, as for a file.</summary>
    public const int Endless = int.MaxValue;

    private const string Between = "  ";
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(2);

    public int Width => width;

    public void WriteLine(string text = "") => output.WriteLine(Texts.FormatLines(text));

    public void Clear() => output.WriteLine();

    public void WriteFault(string text) => errors.WriteLine(Texts.FormatLines(text));

    public void Note(string text) => errors.WriteLine(Texts.FormatLines(text));

    public void WriteTable(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var layout = TableLayout.Of(headings, rows, width - Between.Length * (headings.Count - 1));
        foreach (var row in layout.Rows)
            output.WriteLine(string.Join(Between, row.Select((_, column) => Pad(layout, row, column))).TrimEnd());
    }

    public async Task<T> TrackAsync<T>(string title, Func<IProgress<Step>, Task<T>> work)
    {
        output.WriteLine(title);
        return await work(new Lines(output, time));
    }

    private static string Pad(TableLayout layout, IReadOnlyList<string> row, int column) => layout.IsNumeric[column]
        ? layout.FormatCell(row, column).PadLeft(layout.Widths[column])
        : layout.FormatCell(row, column).PadRight(layout.Widths[column]);

    private sealed class Lines(TextWriter output, TimeProvider time) : IProgress<Step>
    {
        private long _last = time.GetTimestamp();

        public void Report(Step value)
        {
            if (time.GetElapsedTime(_last) < ProgressEvery) return;
            _last = time.GetTimestamp();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {value.Fraction * 100,3:0} %  {value.Detail}"));
        }
    }
}
