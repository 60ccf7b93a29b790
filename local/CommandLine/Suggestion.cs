using Serverless.Http;

namespace Serverless.Local.CommandLine;

/// <summary>Words what a word that is not known was meant to be.</summary>
internal static class Suggestion
{
    /// <summary><c> Did you mean 'tasks'?</c>, or nothing when no known word is close.</summary>
    public static string For(string word, IEnumerable<string> known) =>
        NearestWord.Find(word, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";
}
