using Spectre.Console;
using Spectre.Console.Rendering;

namespace Serverless.Local.Screens;

/// <summary>A terminal: colours, tables, a bar that moves.</summary>
internal sealed class TerminalScreen(IAnsiConsole console, IAnsiConsole errors) : IScreen
{
    // A border, and a space on both sides of a cell.
    private const int AroundCell = 3;

    public int Width => console.Profile.Width;

    public void WriteLine(string text = "") => console.WriteLine(Texts.FormatLines(text));

    public void Clear() => console.Clear();

    public void WriteFault(string text) => errors.Write(new Text(Texts.FormatLines(text) + Environment.NewLine, new Style(Color.Red)));

    public void Note(string text) => errors.WriteLine(Texts.FormatLines(text));

    public void WriteTable(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var layout = TableLayout.Of(headings, rows, Width - AroundCell * headings.Count - 1);
        var table = new Table().Border(TableBorder.Rounded);
        for (var i = 0; i < headings.Count; i++)
        {
            var column = new TableColumn(new Text(headings[i], new Style(decoration: Decoration.Bold))).NoWrap();
            table.AddColumn(layout.IsNumeric[i] ? column.RightAligned() : column);
        }

        foreach (var row in layout.Rows.Skip(1)) table.AddRow(row.Select((_, i) => (IRenderable)new Text(layout.FormatCell(row, i))));
        console.Write(table);
    }

    public async Task<T> TrackAsync<T>(string title, Func<IProgress<Step>, Task<T>> work)
    {
        var detail = new DetailColumn();
        return await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), detail)
            .StartAsync(async context =>
            {
                var bar = new Bar(context.AddTask(Markup.Escape(title)), detail);
                var result = await work(bar);
                bar.Report(new Step(1, ""));
                return result;
            });
    }

    private sealed class Bar(ProgressTask task, DetailColumn detail) : IProgress<Step>
    {
        public void Report(Step value)
        {
            task.Value = value.Fraction * task.MaxValue;
            detail.Text = value.Detail;
        }
    }

    private sealed class DetailColumn : ProgressColumn
    {
        public string Text { get; set; } = "";

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(Text);
    }
}
