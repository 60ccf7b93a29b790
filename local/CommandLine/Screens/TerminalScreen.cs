using Spectre.Console;
using Spectre.Console.Rendering;

namespace Serverless.Local.CommandLine.Screens;

/// <summary>A terminal: colours, tables, a bar that moves.</summary>
internal sealed class TerminalScreen(IAnsiConsole console, IAnsiConsole errors) : IScreen
{
    public void Line(string text = "") => console.WriteLine(text);

    public void Fault(string text) => errors.Write(new Text(text + Environment.NewLine, new Style(Color.Red)));

    public void Note(string text) => errors.WriteLine(text);

    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var heading in headings) table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));
        foreach (var row in rows) table.AddRow(row.Select(cell => (IRenderable)new Text(cell)));
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
