using System.Globalization;

namespace Serverless.Local.CommandLine.Screens;

/// <summary>Lines without colours or movement, for a file, a pipe or a log.</summary>
internal sealed class PlainScreen(TextWriter output, TextWriter errors, TimeProvider time) : IScreen
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(2);

    public void Line(string text = "") => output.WriteLine(text);

    public void Fault(string text) => errors.WriteLine(text);

    public void Note(string text) => errors.WriteLine(text);

    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(headings).ToList();
        var widths = headings.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => Pad(cell, widths[column]))).TrimEnd());
        }
    }

    public async Task<T> TrackAsync<T>(string title, Func<IProgress<Step>, Task<T>> work)
    {
        output.WriteLine(title);
        return await work(new Lines(output, time));
    }

    // Numbers are read from the right.
    private static string Pad(string cell, int width) =>
        cell.Length > 0 && cell.All(c => char.IsAsciiDigit(c) || c is ',' or '.') ? cell.PadLeft(width) : cell.PadRight(width);

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
