using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Local.Runtime;
using Serverless.Local.ServiceBus;

namespace Serverless.InfraTests.Architecture;

/// <summary>What does something is named by a verb: <c>MarkSucceededAsync</c>, not <c>SucceededAsync</c>.</summary>
public sealed partial class MethodNameTests
{
    private static readonly Assembly[] Ours =
        [typeof(ServerlessServices).Assembly, typeof(LocalFunctionsHost).Assembly, typeof(LocalServiceBus).Assembly];

    [Fact]
    public void Methods_ThatDoSomething_DoNotBeginWithAParticiple()
    {
        var participles = Ours.SelectMany(a => a.GetTypes())
            .Where(t => t.Namespace?.StartsWith("Serverless", StringComparison.Ordinal) == true)
            .SelectMany(t => t.GetMethods(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(m => DoesSomething(m) && Participle().IsMatch(m.Name))
            .Select(m => $"{m.DeclaringType}.{m.Name}").ToList();

        Assert.True(participles.Count == 0, string.Join('\n', participles));
    }

    // Log messages are told in the past tense, and functions have the names of their queues.
    private static bool DoesSomething(MethodInfo method) =>
        !method.IsSpecialName && !method.IsDefined(typeof(LoggerMessageAttribute)) && !method.IsDefined(typeof(FunctionAttribute))
        && !method.Name.Contains('<', StringComparison.Ordinal)
        && (method.ReturnType == typeof(void) || method.ReturnType == typeof(Task) || method.ReturnType == typeof(ValueTask));

    [GeneratedRegex(
        "^(?!Succeed|Feed|Need|Seed|Embed)([A-Z][a-z]*ed|Sent|Done|Begun|Lost|Found|Kept|Made|Told|Written|Forgotten)([A-Z]|$)")]
    private static partial Regex Participle();
}
