namespace Serverless.Local.Screens;

/// <summary>The output of a command: a terminal, or lines for a file or a pipe.</summary>
internal interface IScreen
{
    /// <summary>The characters of a line; more than any table has where lines may be of any length.</summary>
    int Width { get; }

    void WriteLine(string text = "");

    /// <summary>Begins a new picture in place of the last; lines in a file only follow each other.</summary>
    void Clear();

    /// <summary>Something went wrong; goes to the error stream.</summary>
    void WriteFault(string text);

    /// <summary>Something that is no part of the result; goes to the error stream.</summary>
    void Note(string text);

    void WriteTable(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows);

    /// <summary>Shows the progress of one piece of work until it ends.</summary>
    Task<T> TrackAsync<T>(string title, Func<IProgress<Step>, Task<T>> work);
}
