namespace Serverless.Local.Screens;

/// <summary>Shows nothing but what goes to the error stream: the result is one of its own, such as JSON.</summary>
internal sealed class QuietScreen(IScreen screen) : IScreen
{
    public int Width => screen.Width;

    public void WriteLine(string text = "")
    {
    }

    public void Clear()
    {
    }

    public void WriteFault(string text) => screen.WriteFault(text);

    public void Note(string text) => screen.Note(text);

    public void WriteTable(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
    }

    public Task<T> TrackAsync<T>(string title, Func<IProgress<Step>, Task<T>> work) => work(new Nobody());

    private sealed class Nobody : IProgress<Step>
    {
        public void Report(Step value)
        {
        }
    }
}
