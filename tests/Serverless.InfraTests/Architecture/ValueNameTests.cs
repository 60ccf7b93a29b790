using System.CodeDom.Compiler;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Serverless.InfraTests.Architecture;

/// <summary>
/// A method that others get a value from says how it comes by it: <c>FormatShare</c>, not <c>Share</c>. Named by what comes out are
/// conversions, questions, refusals, and private helpers.
/// </summary>
public sealed partial class ValueNameTests
{
    /// <summary>Verbs of methods that compute a value and change nothing.</summary>
    private static readonly HashSet<string> ComputingVerbs = [.. """
        Allocate Arrange Build Chain Choose Classify Compile Compress Compute Declare Decode Decompress Detect Discover Divide Encode Escape
        Estimate Expand Fit Flip Forbid Group Inline Label Match Mix Name Normalize Order Pack Parse Place Project Quote Redefine Refer
        Reject Route Select Shift Shorten Sign Sniff Sort Split Strip Subtract Suggest Summarize Transcode Trim Undo Unescape Word Wrap
        """.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)];

    // What a value is made of, or made for, and what of it is changed or taken: PathOf, FromHex, WithMissing, ForClient, Since.
    private static readonly HashSet<string> Prepositions =
        ["After", "As", "Before", "By", "During", "For", "From", "In", "Of", "Since", "To", "Under", "With"];

    // Their methods are named by the refusals, messages and values that they make.
    private static readonly HashSet<string> Makers =
        ["Compose", "FieldRule", "HistoryEvents", "Problems", "RecordFaults", "TaskCompletion", "TaskDeadLetter"];

    [Fact]
    public void Methods_ThatGiveAValueToOthers_SayHow()
    {
        var others = MethodNameTests.Ours.SelectMany(a => a.GetTypes())
            .Where(t => t.Namespace?.StartsWith("Serverless", StringComparison.Ordinal) == true && !IsGenerated(t))
            .SelectMany(t => t.GetMethods(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(m => GivesAValue(m) && !SaysHow(m)).Select(m => $"{m.DeclaringType!.Name}.{m.Name}").Distinct();

        var text = string.Join('\n', others);
        Assert.True(text.Length == 0, text);
    }

    private static bool GivesAValue(MethodInfo method) =>
        !method.IsPrivate && MethodNameTests.IsNamedHere(method) && method.ReturnType != typeof(void)
        && !MethodNameTests.IsAsync(method.ReturnType) && !method.IsDefined(typeof(CompilerGeneratedAttribute))
        && !method.IsDefined(typeof(GeneratedCodeAttribute));

    private static bool SaysHow(MethodInfo method)
    {
        var word = MethodNameTests.FirstWord().Match(method.Name).Value;
        return MethodNameTests.Verbs.Contains(word) || MethodNameTests.Others.Contains(word) || ComputingVerbs.Contains(word)
            || Prepositions.Contains(word) || method.Name.EndsWith("Of", StringComparison.Ordinal)
            || Makers.Contains(method.DeclaringType!.Name) || (method.ReturnType == typeof(bool) && Question().IsMatch(method.Name))
            || method.ReturnType.IsAssignableTo(typeof(IResult)) || method.ReturnType.IsAssignableTo(typeof(Exception));
    }

    private static bool IsGenerated(Type type) =>
        type.Name.Contains('<', StringComparison.Ordinal) || type.IsDefined(typeof(GeneratedCodeAttribute))
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    // Contains, AsksForAnother, AreEqual, MayFollow, AnyStartsWith.
    [GeneratedRegex("^(Are|Can|May|Any|All|[A-Z][a-z]*s)(?![a-z])")]
    private static partial Regex Question();
}
