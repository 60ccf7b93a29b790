using System.Text;
using Serverless.Http;
using Serverless.Tasks.Endpoints;

namespace Serverless.UnitTests.Tasks;

public sealed class BatchBodyTests
{
    [Theory]
    [InlineData("[{\"task\": \"a\"}, 7 ,\n null, \"x\", [1]]", "{\"task\": \"a\"}", "7", "null", "\"x\"", "[1]")]
    [InlineData(" \n\uFEFF[]x", "\uFEFF[]x")]
    [InlineData("\uFEFF[1]", "1")]
    [InlineData("{\"a\": 1}\n\n  \r\n{\"b\": \"\\n\"}\r\n", "{\"a\": 1}", "{\"b\": \"\\n\"}")]
    [InlineData("{broken\n{\"b\": 1}", "{broken", "{\"b\": 1}")]
    [InlineData("{}", "{}")]
    public void Split_ArrayOrLines_GivesOneTextForEach(string body, params string[] tasks) =>
        Assert.Equal(tasks, Split(body));

    [Theory]
    [InlineData("", "The body is empty.")]
    [InlineData(" \r\n\t", "The body is empty.")]
    [InlineData("[]", "The array is empty.")]
    [InlineData("[{\"a\": 1}", "")]
    [InlineData("[{\"a\": 1} {\"b\": 1}]", "")]
    [InlineData("[1] 2", "")]
    [InlineData("[1,]", "")]
    public void Split_NoTasksOrNoJson_IsRefused(string body, string sentence)
    {
        var refused = Assert.Throws<BodyRefusedException>(() => Split(body));

        Assert.StartsWith(sentence, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", ",", "]")]
    [InlineData("", "\n", "")]
    public void Split_ThousandTasks_AreTakenAndOneMoreIsNot(string start, string between, string end)
    {
        Assert.Equal(1000, Split(Body(1000)).Count);
        Assert.Contains("more than 1,000", Assert.Throws<BodyRefusedException>(() => Split(Body(1001))).Message, StringComparison.Ordinal);

        string Body(int count) => start + string.Join(between, Enumerable.Repeat("{}", count)) + end;
    }

    [Fact]
    public void Split_OneIsNestedTooDeep_LeavesTheOthers()
    {
        var deep = new string('[', 5000) + new string(']', 5000);

        var tasks = Split($"[{{}}, {deep}]");

        Assert.Equal(["{}", deep], tasks);
        Assert.IsAssignableFrom<IRefusal>(Record.Exception(() => BatchItem.Read(Encoding.UTF8.GetBytes(tasks[1]))));
    }

    [Theory]
    [InlineData("{\"task\": \"demo.add\", \"countdown\": -1}")]
    [InlineData("{\"task\": \"demo.add\", \"nobody\": 1}")]
    [InlineData("{\"task\": null}")]
    [InlineData("{\"args\": {}}")]
    [InlineData("{\"task\": 7}")]
    [InlineData("{\"task\": \"a\", \"task\": \"b\"}")]
    [InlineData("{\"task\": \"a\"} {}")]
    [InlineData("{\"task\": \"\\ud800\"}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    public void Read_NoTask_IsRefusedInWords(string item)
    {
        var fault = Record.Exception(() => BatchItem.Read(Encoding.UTF8.GetBytes(item)));

        Assert.IsAssignableFrom<IRefusal>(fault);
        Assert.DoesNotContain("System.", fault.Message, StringComparison.Ordinal);
    }

    private static List<string> Split(string body) =>
        [.. BatchBody.Split(Encoding.UTF8.GetBytes(body)).Select(task => Encoding.UTF8.GetString(task.Span).Trim())];
}
