using Serverless.Local.CommandLine;
using Serverless.Local.Jobs;

namespace Serverless.Local.Commands.Remote;

/// <summary>The host that a command talks to: one on this machine, or one on Azure.</summary>
/// <param name="Address">Its root, with a slash at the end.</param>
/// <param name="Key">What it gets as <c>x-functions-key</c>; null for none.</param>
/// <param name="Token">The token of who is signed in; null for a host that asks for none.</param>
internal sealed record HostTarget(Uri Address, string? Key, string? Token = null)
{
    private const string UrlVariable = "SERVERLESS_URL";
    private const string KeyVariable = "SERVERLESS_KEY";
    private const string TokenVariable = "SERVERLESS_TOKEN";

    private static readonly Uri Default = new("http://127.0.0.1:7071/");
    private static readonly OptionSyntax Url = new(
        "--url", "URL", $"The host; {UrlVariable}, the host at work on the data folder, or {Default} unless given.");
    private static readonly OptionSyntax FunctionKey = new(
        "--key", "K", $"The host's key; {KeyVariable} unless given, which unlike this shows in no list of processes.");

    /// <summary>The options of every command that talks to a host.</summary>
    public static OptionSyntax[] Options { get; } = [Url, FunctionKey, SessionOptions.Data];

    /// <summary>Reads the options; a faulty one is noted.</summary>
    public static HostTarget Read(Arguments arguments)
    {
        var (key, token) = (arguments.GetText(FunctionKey.Name) ?? Variable(KeyVariable), Variable(TokenVariable));
        if ((arguments.GetText(Url.Name) ?? Variable(UrlVariable)) is { } given)
        {
            if (Uri.TryCreate(given.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
                return new HostTarget(address, key, token);
            arguments.Refuse($"{Url.Name} must be an address such as {Default}, not '{given}'.");
        }

        return new HostTarget(
            HostAddress.Find(new SessionOptions(arguments.GetText(SessionOptions.Data.Name), Port: 0).Folder) ?? Default, key, token);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
